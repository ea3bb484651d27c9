-- one row per category in which brands are compared in the newest week, the most talked about first
select
    b.category_id,
    coalesce(t.label, b.category_id) as label,
    coalesce(t.label_en, t.label, b.category_id) as label_en,
    sum(b.n_authors)::bigint as n_authors
from mart_brand_sov_weekly b
left join mart_topic t on t.topic_id = 'interest:' || b.category_id
where b.platform = 'all' and b.week <= $as_of::date and b.week > $as_of::date - 14
group by all
order by n_authors desc, b.category_id
