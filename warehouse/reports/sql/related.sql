-- one row per topic that shares documents of the last 28 days with this one, by how much more often than by chance
with recent as (
    select distinct topic_id, subject_id
    from mart_topic_doc
    where day <= $as_of::date and day > $as_of::date - 28 and is_primary
),
size as (
    select topic_id, count(*) as n_docs from recent group by topic_id
),
shared as (
    select o.topic_id, count(*) as n_shared
    from recent a
    join recent o on o.subject_id = a.subject_id and o.topic_id <> a.topic_id
    where a.topic_id = $subject
    group by o.topic_id
    having count(*) >= 3
),
everything as (
    select count(distinct subject_id) as n_docs from recent
)
select
    s.topic_id,
    coalesce(t.label, s.topic_id) as label,
    coalesce(t.label_en, t.label, s.topic_id) as label_en,
    t.topic_kind,
    s.n_shared,
    o.n_docs,
    s.n_shared / o.n_docs as overlap,
    s.n_shared * e.n_docs / (o.n_docs * own.n_docs) as lift
from shared s
join size o on o.topic_id = s.topic_id
join size own on own.topic_id = $subject
cross join everything e
left join mart_topic t on t.topic_id = s.topic_id
-- an interest, a hashtag and a word of the same name are one topic to a reader
qualify row_number() over (partition by coalesce(t.label, s.topic_id) order by s.n_shared desc, s.topic_id) = 1
order by s.n_shared * ln(greatest(lift, 1)) desc, s.topic_id
limit 10
