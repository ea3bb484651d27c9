-- one row per event of which no topic has a baseline yet: seen first within six weeks and significant, talked about most
with tested as (
    select *
    from mart_topic_burst
    where grain = $grain and platform = 'all' and day <= $as_of::date and day > $as_of::date - $days::integer
    qualify day = max(day) over ()
),
-- an event of which some topic has a baseline stands among the rising ones
rising as (
    select coalesce(event_id, topic_id) as event
    from tested
    where q_value <= 0.05 and level in ('signal', 'alert') and status <> 'no_baseline'
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
        count(*) over (partition by coalesce(b.event_id, b.topic_id)) as n_merged
    from tested b
    join mart_topic t on t.topic_id = b.topic_id
    where b.status = 'no_baseline' and b.x >= 5 and b.level in ('signal', 'alert') and t.first_day > $as_of::date - 42
        and coalesce(b.event_id, b.topic_id) not in (select event from rising)
    qualify row_number() over (
        partition by coalesce(b.event_id, b.topic_id)
        order by coalesce(b.topic_id = b.event_id, false) desc, b.x desc, b.topic_id
    ) = 1
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
