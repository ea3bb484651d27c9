-- one row per brand of the brand's largest category this week, the largest first, the brand itself among them
with latest as (
    select *
    from mart_brand_sov_weekly
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
home as (
    select arg_max(category_id, n_authors) as category_id from latest where brand_id = $subject
)
select
    l.category_id,
    coalesce(c.label, l.category_id) as category,
    coalesce(c.label_en, c.label, l.category_id) as category_en,
    l.rank,
    l.brand_id,
    l.n_authors,
    l.sov,
    l.sov_lo,
    l.sov_hi,
    l.sov_eng,
    l.delta_pp,
    l.delta_lo,
    l.delta_hi,
    l.status
from latest l
join home h on h.category_id = l.category_id
left join mart_topic c on c.topic_id = 'interest:' || l.category_id
qualify row_number() over (order by l.sov desc nulls last, l.brand_id) <= 8 or l.brand_id = $subject
order by l.sov desc nulls last, l.brand_id
