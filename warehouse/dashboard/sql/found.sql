-- one row per topic whose name holds the words asked for, whatever its spaces, width and capitals, the most talked about first
with forms as (
    select
        string_agg(chr(65248 + i::integer), '' order by i) as wide,
        string_agg(chr(i::integer), '' order by i) as narrow
    from range(33, 127) r(i)
),
named as (
    select
        t.*,
        regexp_replace(lower(translate(t.label, wide, narrow)), '[\s\p{Z}]', '', 'g') as name,
        regexp_replace(lower(translate(t.label_en, wide, narrow)), '[\s\p{Z}]', '', 'g') as name_en
    from mart_topic t, forms
)
select
    t.topic_id,
    t.label,
    coalesce(t.label_en, t.label) as label_en,
    t.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    t.n_docs,
    t.first_day,
    t.name = $words or t.name_en = $words as is_exact
from named t
left join mart_topic p1 on p1.topic_id = 'interest:' || t.l1 and p1.topic_id <> t.topic_id
where contains(t.name, $words) or contains(t.name_en, $words) or t.topic_id = $topic
order by is_exact desc, t.n_docs desc, t.topic_id
limit 100
