-- one row per topic whose name holds the words asked for, the most talked about first
select
    t.topic_id,
    t.label,
    coalesce(t.label_en, t.label) as label_en,
    t.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    t.n_docs,
    t.first_day,
    lower(t.label) = lower($words) or lower(t.label_en) = lower($words) as is_exact
from mart_topic t
left join mart_topic p1 on p1.topic_id = 'interest:' || t.l1 and p1.topic_id <> t.topic_id
where contains(lower(t.label), lower($words)) or contains(lower(t.label_en), lower($words)) or t.topic_id = $words
order by is_exact desc, t.n_docs desc, t.topic_id
limit 100
