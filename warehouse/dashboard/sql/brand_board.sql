-- one row per brand of one category: share of voice this week with its interval and change, and net sentiment
with latest as (
    select *
    from mart_brand_sov_weekly
    where platform = $platform and category_id = $category and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
)
select
    l.brand_id,
    l.week,
    l.n_docs,
    l.n_authors,
    l.sov,
    l.sov_lo,
    l.sov_hi,
    l.sov_split,
    l.sov_split_lo,
    l.sov_split_hi,
    l.sov_eng,
    l.sov_organic,
    l.delta_pp,
    l.delta_lo,
    l.delta_hi,
    l.rank,
    l.rank_diff,
    l.heat_diff,
    l.n_platforms,
    m.nsr as nsr_polar,
    m.nsr_lo as nsr_polar_lo,
    m.nsr_hi as nsr_polar_hi,
    coalesce(m.n_polar, 0) as n_polar,
    case when m.nsr is not null then nullif(m.window_days, 7) end as window_days,
    case when m.nsr is not null then m.sens is null end as is_uncalibrated,
    l.status,
    l.week - 6 as week_start,
    l.week as last_day
from latest l
left join mart_topic_sentiment m
    on m.brand_id = l.brand_id and m.week = l.week and m.platform = $platform and m.source = 'post'
order by l.sov desc nulls last, l.n_authors desc, l.brand_id
limit 40
