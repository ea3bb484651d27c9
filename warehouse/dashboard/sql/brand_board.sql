-- one row per brand of one category: share of voice this week with its interval and change, and net sentiment
with latest as (
    select *
    from mart_brand_sov_weekly
    where platform = $platform and category_id = $category and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
mood as (
    select
        brand_id,
        sum(n_pos + n_neg)::bigint as n_polar,
        arg_max(nsr_polar, n_pos + n_neg) as nsr_polar,
        arg_max(nsr_polar_lo, n_pos + n_neg) as nsr_polar_lo,
        arg_max(nsr_polar_hi, n_pos + n_neg) as nsr_polar_hi
    from mart_topic_sentiment
    where platform = $platform and brand_id is not null and source = 'post' and week = (select max(week) from latest)
    group by brand_id
)
select
    l.brand_id,
    l.week,
    l.n_docs,
    l.n_authors,
    l.sov,
    l.sov_lo,
    l.sov_hi,
    l.sov_eng,
    l.sov_organic,
    l.delta_pp,
    l.delta_lo,
    l.delta_hi,
    l.rank,
    l.rank_diff,
    case when m.n_polar >= 100 then m.nsr_polar end as nsr_polar,
    case when m.n_polar >= 100 then m.nsr_polar_lo end as nsr_polar_lo,
    case when m.n_polar >= 100 then m.nsr_polar_hi end as nsr_polar_hi,
    coalesce(m.n_polar, 0) as n_polar,
    l.status
from latest l
left join mood m on m.brand_id = l.brand_id
order by l.sov desc nulls last, l.n_authors desc, l.brand_id
limit 40
