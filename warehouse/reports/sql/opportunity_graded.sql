-- one row per number of weeks since: whether topics called blue oceans gained products faster than topics like them
select
    weeks,
    n_topics,
    growth,
    control_growth,
    exp(difference) as growth_ratio,
    exp(difference_lo) as growth_ratio_lo,
    exp(difference_hi) as growth_ratio_hi,
    status
from v_opportunity_score
where weeks in (1, 4, 8)
order by weeks
