-- one row per topic and platform, of the topics that rise most clearly anywhere this week: platforms side by side
with tested as (
    select *
    from mart_topic_burst
    where grain = 'w' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
named as (
    select * from tested where level in ('signal', 'alert') and names_event(topic_id, event_id)
),
clearest as (
    select t.topic_id, t.label, coalesce(t.label_en, t.label) as label_en, min(b.event_q_value) as least_q, max(b.x) as most
    from named b
    join mart_topic t on t.topic_id = b.topic_id
    where $interest is null or t.l1 = $interest
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
    case when b.status <> 'no_baseline' then b.mu end as mu,
    case when b.status <> 'no_baseline' then b.ratio end as ratio,
    case when b.status <> 'no_baseline' then b.event_q_value end as q_value,
    b.level,
    b.status,
    c.least_q
from clearest c
join tested b on b.topic_id = c.topic_id
order by c.least_q, c.most desc, c.topic_id, b.platform
