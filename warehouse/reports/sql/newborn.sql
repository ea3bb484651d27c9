-- one row per event whose own topic has no baseline yet and is significant, talked about most first
with tested as (
    select *
    from mart_topic_burst
    where grain = $grain and platform = 'all' and day <= $as_of::date and day > $as_of::date - $days::integer
    qualify day = max(day) over ()
),
born as (
    select
        b.topic_id,
        b.x,
        t.label,
        t.label_en,
        t.topic_kind,
        t.l1,
        t.first_day,
        count(*) over (partition by coalesce(b.event_id, b.topic_id)) - 1 as n_merged
    from tested b
    join mart_topic t on t.topic_id = b.topic_id
    where b.level in ('signal', 'alert')
    qualify names_event(b.topic_id, b.event_id) and b.status = 'no_baseline' and b.x >= 5
)
select
    b.topic_id,
    b.label,
    coalesce(b.label_en, b.label) as label_en,
    b.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    b.first_day,
    b.x,
    b.n_merged
from born b
left join mart_topic p1 on p1.topic_id = 'interest:' || b.l1 and p1.topic_id <> b.topic_id
order by b.x desc, b.topic_id
limit 8
