-- one row per topic that documents of the topic or brand carry too, of 28 days, by how much more often than others do
with recent as (
    select distinct topic_id, subject_id
    from mart_topic_doc
    where day <= $as_of::date and day > $as_of::date - 28 and is_primary
),
own as (
    select subject_id from recent where topic_id = $subject
    union
    select subject_id
    from core_annotations
    where ((tagger = 'brands' and label = $subject) or (tagger = 'entities' and label = 'brand:' || $subject))
        and subject_id in (select subject_id from recent)
),
size as (
    select topic_id, count(*) as n_docs, count(*) filter (where subject_id in (select subject_id from own)) as n_shared
    from recent
    group by topic_id
),
everything as (
    select count(distinct subject_id) as n_docs, (select count(*) from own) as n_own from recent
)
select
    s.topic_id,
    coalesce(t.label, s.topic_id) as label,
    coalesce(t.label_en, t.label, s.topic_id) as label_en,
    t.topic_kind,
    s.n_shared,
    s.n_docs,
    s.n_shared / e.n_own as overlap,
    s.n_shared * e.n_docs / (s.n_docs * e.n_own) as lift
from size s
cross join everything e
left join mart_topic t on t.topic_id = s.topic_id
where s.n_shared >= 3
    and coalesce(t.label, s.topic_id) <> coalesce((select label from mart_topic where topic_id = $subject), $subject)
-- an interest, a hashtag and a word of the same name are one topic to a reader
qualify row_number() over (partition by coalesce(t.label, s.topic_id) order by s.n_shared desc, s.topic_id) = 1
order by s.n_shared * ln(greatest(lift, 1)) desc, s.topic_id
limit 10
