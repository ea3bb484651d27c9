-- one row per pair of platforms of a watched topic: by how many days the changes of its heat on one follow the other's
select platform_a, platform_b, lag_days, correlation, p_value, n_days, status
from mart_topic_ccf
where topic_id = $topic
order by p_value nulls last, platform_a, platform_b
limit 20
