-- one row per topic and pair of platforms whose order can be told
-- zh: 哪个平台先火起来，早几个小时
-- en: Which platform came first, and by how many hours
select t.label, l.platform_a, l.platform_b, l.lag_h, l.resolution_h, l.order_call
from mart_topic_leadlag l
join mart_topic t using (topic_id)
where l.order_call in ('a_first', 'b_first')
order by abs(l.lag_h) desc
