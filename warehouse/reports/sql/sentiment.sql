-- one row per source of opinion: net sentiment on the topic or brand in its newest week with a view, and the week before
with recent as (
    select *
    from mart_topic_sentiment
    where platform = 'all' and coalesce(brand_id, topic_id) = $subject
        and week <= $as_of::date and week > $as_of::date - 21
)
select
    source,
    n_pos,
    n_neg,
    n_neu,
    n_polar,
    nullif(window_days, 7) as window_days,
    nsr as nsr_polar,
    nsr_lo as nsr_polar_lo,
    nsr_hi as nsr_polar_hi,
    case when nsr is not null then sens is null end as is_uncalibrated,
    case when n_polar >= 100 then nsr_total end as nsr_total,
    -- 28 days and the 28 that end a week before share three weeks
    case when window_days = 7 and lead(week) over same = week - 7 then lead(nsr) over same end as nsr_before,
    status
from recent
window same as (partition by source, window_days order by week desc)
qualify row_number() over (partition by source order by week desc) = 1
order by n_polar desc, source
