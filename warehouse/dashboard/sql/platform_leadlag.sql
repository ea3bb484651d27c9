-- one row per quarter and pair of platforms: whose boards carry the same title first, and by how many hours
select quarter, a as platform_a, b as platform_b, n_topics, lag_med_h, lag_q25, lag_q75, a_first_share, tie_share, p_sign, status
from mart_platform_leadlag
where quarter <= $as_of::date
order by quarter desc, n_topics desc, a, b
limit 40
