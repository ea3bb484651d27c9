-- one row per week and source of texts: net sentiment of the topic with its interval, newest week first
select
    week,
    source,
    n_pos,
    n_neu,
    n_neg,
    n_pos + n_neg as n_polar,
    case when n_pos + n_neg >= 100 then nsr_polar end as nsr_polar,
    case when n_pos + n_neg >= 100 then nsr_polar_lo end as nsr_polar_lo,
    case when n_pos + n_neg >= 100 then nsr_polar_hi end as nsr_polar_hi,
    case when n_pos + n_neg >= 100 then nsr_total end as nsr_total,
    model_ver,
    status
from mart_topic_sentiment
where topic_id = $topic and platform = 'all' and brand_id is null and week <= $as_of::date and week > $as_of::date - 56
order by week desc, source
limit 24
