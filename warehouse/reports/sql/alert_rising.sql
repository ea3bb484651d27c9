-- one row per event on alert: q at most 0.10 on two of the three days up to the newest day read whole
with tested as (
    select *
    from mart_topic_burst
    where grain = 'd' and platform = 'all' and day <= $as_of::date and day > $as_of::date - 2
    qualify day = max(day) over ()
),
voices as (
    select topic_id, nullif(count(distinct author_key) filter (where is_ad is not true), 0) as n_authors
    from mart_topic_doc
    where day = (select max(day) from tested)
    group by topic_id
),
risen as (
    select * from tested where level = 'alert' and names_event(topic_id, event_id)
)
select
    'rising:' || r.topic_id as key,
    r.topic_id,
    coalesce(t.label, r.topic_id) as label,
    coalesce(t.label_en, t.label, r.topic_id) as label_en,
    r.day,
    r.x,
    -- a topic too young for a baseline has no multiple
    case when r.status <> 'no_baseline' then r.mu end as mu,
    case when r.status <> 'no_baseline' then r.ratio end as ratio,
    case when r.status <> 'no_baseline' then r.event_q_value end as q_value,
    v.n_authors
from risen r
left join mart_topic t on t.topic_id = r.topic_id
left join voices v on v.topic_id = r.topic_id
order by r.event_q_value, r.topic_id
limit 20
