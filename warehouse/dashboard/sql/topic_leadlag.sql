-- one row per pair of platforms where the topic rose on both: which came first, as far as it can be told
select
    platform_a,
    platform_b,
    strftime(first_a at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as first_a,
    strftime(first_b at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as first_b,
    lag_h,
    resolution_h,
    order_call,
    n_docs_a,
    n_docs_b
from mart_topic_leadlag l
where topic_id = $topic
order by greatest(l.first_a, l.first_b) desc nulls last, platform_a, platform_b
limit 20
