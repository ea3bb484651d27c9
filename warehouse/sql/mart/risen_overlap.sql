-- one row per pair of topics of burst_overlap that both rose, on days that stand in mart_topic_burst
with risen as (
    select grain, day, platform, topic_id from mart_topic_burst where level in ('signal', 'alert')
)
select o.grain, o.day, o.platform, o.topic_a, o.topic_b
from burst_overlap o
join risen a on a.grain = o.grain and a.day = o.day and a.platform = o.platform and a.topic_id = o.topic_a
join risen b on b.grain = o.grain and b.day = o.day and b.platform = o.platform and b.topic_id = o.topic_b
where o.day >= o.panel_first
order by all
