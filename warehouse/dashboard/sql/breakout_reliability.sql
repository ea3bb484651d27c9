-- one row per platform and tenth of probability: what was forecast against what came
select
    platform,
    tenth,
    tenth / 10 as from_share,
    (tenth + 1) / 10 as to_share,
    n_forecasts,
    n_titles,
    mean_probability,
    share_reached,
    share_lo,
    share_hi,
    status
from mart_breakout_reliability
order by platform, tenth
