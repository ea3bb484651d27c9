-- one row per week of the last eight: authors who name the brand in its largest category, and its share of voice there
with home as (
    select arg_max(category_id, n_authors) as category_id
    from mart_brand_sov_weekly
    where platform = 'all' and brand_id = $subject and week <= $as_of::date and week > $as_of::date - 56
)
select
    b.brand_id, b.category_id,
    coalesce(c.label, b.category_id) as category,
    coalesce(c.label_en, c.label, b.category_id) as category_en,
    b.week, b.n_docs, b.n_authors, b.sov, b.sov_lo, b.sov_hi, b.rank, b.status
from mart_brand_sov_weekly b
join home h on h.category_id = b.category_id
left join mart_topic c on c.topic_id = 'interest:' || b.category_id
where b.platform = 'all' and b.brand_id = $subject and b.week <= $as_of::date and b.week > $as_of::date - 56
order by b.week desc
