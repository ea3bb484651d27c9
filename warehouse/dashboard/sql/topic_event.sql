-- one row per other topic of the same event: they share most of their documents
with named as (
    select event_id, day
    from mart_topic_burst
    where topic_id = $topic and grain = 'w' and platform = 'all' and day <= $as_of::date and day > $as_of::date - 7
        and event_id is not null
    qualify day = max(day) over ()
)
select
    b.topic_id, t.label, coalesce(t.label_en, t.label) as label_en, t.topic_kind, b.x,
    -- a topic too young for a baseline has no multiple
    case when b.status <> 'no_baseline' then b.ratio end as ratio,
    case when b.status <> 'no_baseline' then b.event_q_value end as q_value
from mart_topic_burst b
join named n on n.event_id = b.event_id and n.day = b.day
join mart_topic t on t.topic_id = b.topic_id
where b.grain = 'w' and b.platform = 'all' and b.topic_id <> $topic
order by b.x desc, b.topic_id
limit 12
