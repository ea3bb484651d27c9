-- one row per topic that the brand's documents of the last 28 days carry, by how much more often than others do
with named as (
    select distinct subject_kind, subject_id
    from core_annotations
    where (tagger = 'brands' and label = $subject) or (tagger = 'entities' and label = 'brand:' || $subject)
),
recent as (
    select topic_id, subject_kind, subject_id
    from mart_topic_doc
    where day <= $as_of::date and day > $as_of::date - 28 and is_primary
),
size as (
    select topic_id, count(distinct subject_id) as n_docs from recent group by topic_id
),
everything as (
    select
        count(distinct r.subject_id) as n_docs,
        count(distinct r.subject_id) filter (where n.subject_id is not null) as n_named
    from recent r
    left join named n on n.subject_kind = r.subject_kind and n.subject_id = r.subject_id
),
shared as (
    select r.topic_id, count(distinct r.subject_id) as n_shared
    from recent r
    join named n on n.subject_kind = r.subject_kind and n.subject_id = r.subject_id
    group by r.topic_id
    having n_shared >= 3
)
select
    s.topic_id,
    coalesce(t.label, s.topic_id) as label,
    coalesce(t.label_en, t.label, s.topic_id) as label_en,
    t.topic_kind,
    s.n_shared,
    o.n_docs,
    s.n_shared / e.n_named as overlap,
    s.n_shared * e.n_docs / (o.n_docs * e.n_named) as lift
from shared s
join size o on o.topic_id = s.topic_id
cross join everything e
left join mart_topic t on t.topic_id = s.topic_id
where coalesce(t.label, s.topic_id) <> $subject
qualify row_number() over (partition by coalesce(t.label, s.topic_id) order by s.n_shared desc, s.topic_id) = 1
order by s.n_shared * ln(greatest(lift, 1)) desc, s.topic_id
limit 10
