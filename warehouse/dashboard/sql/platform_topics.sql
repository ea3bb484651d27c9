-- one row per topic and platform, of the topics that rise most clearly anywhere this week: platforms side by side
with tested as (
    select *
    from mart_topic_burst
    where grain = 'w' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
clearest as (
    select t.topic_id, t.label, coalesce(t.label_en, t.label) as label_en, min(b.q_value) as least_q, max(b.x) as most
    from tested b
    join mart_topic t on t.topic_id = b.topic_id
    where b.level in ('signal', 'alert') and b.status <> 'no_baseline'
        and ($interest is null or t.l1 = $interest)
        and coalesce(b.event_id, b.topic_id) = b.topic_id
    group by all
    order by least_q, most desc, t.topic_id
    limit 30
)
select
    c.topic_id,
    c.label,
    c.label_en,
    b.platform,
    b.x,
    b.mu,
    case when b.status <> 'no_baseline' then b.ratio end as ratio,
    b.q_value,
    b.level,
    b.status,
    c.least_q
from clearest c
join tested b on b.topic_id = c.topic_id
order by c.least_q, c.most desc, c.topic_id, b.platform
