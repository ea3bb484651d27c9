-- one row per brand: its share of voice in its category this week, and the change, with intervals
with latest as (
    select *
    from mart_brand_sov_weekly
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
large as (
    select category_id, sum(n_authors) as voices
    from latest
    group by category_id
    qualify row_number() over (order by voices desc, category_id) <= 4
)
select
    l.category_id,
    coalesce(c.label, l.category_id) as category,
    coalesce(c.label_en, c.label, l.category_id) as category_en,
    l.brand_id,
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
join large g on g.category_id = l.category_id
left join mart_topic c on c.topic_id = 'interest:' || l.category_id
left join mart_topic_sentiment m
    on m.brand_id = l.brand_id and m.week = l.week and m.platform = 'all' and m.source = 'post'
qualify row_number() over (partition by l.category_id order by l.sov desc nulls last, l.brand_id) <= 5
order by g.voices desc, l.category_id, l.sov desc nulls last, l.brand_id
