-- one row per week and source of texts: net sentiment of the topic with its interval, newest week first
select
    week,
    source,
    nullif(window_days, 7) as window_days,
    n_pos,
    n_neu,
    n_neg,
    n_polar,
    nsr as nsr_polar,
    nsr_lo as nsr_polar_lo,
    nsr_hi as nsr_polar_hi,
    case when n_polar >= 100 then nsr_total end as nsr_total,
    model_ver,
    status
from mart_topic_sentiment
where topic_id = $topic and platform = 'all' and brand_id is null and week <= $as_of::date and week > $as_of::date - 56
order by week desc, source
limit 24
