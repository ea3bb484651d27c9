-- one row per pair of platforms: whose boards carry the same story first, this quarter
select a, b, n_topics, lag_med_h, lag_q25, lag_q75, a_first_share, tie_share, p_sign
from mart_platform_leadlag
where quarter <= $as_of::date
qualify quarter = max(quarter) over ()
order by n_topics desc, a, b
limit 12
