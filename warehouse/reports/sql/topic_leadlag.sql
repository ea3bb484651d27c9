-- one row per pair of platforms on which the topic rose: which was first, as far as the days can tell
select topic_id, platform_a, platform_b, lag_h, resolution_h, order_call, n_docs_a, n_docs_b
from mart_topic_leadlag
where topic_id = $subject
order by n_docs_a + n_docs_b desc, platform_a, platform_b
limit 6
