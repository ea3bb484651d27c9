-- one row per kind and week of calls: how many of them were right when first checked
-- zh: 我们的判断有多准：各类判断逐周命中率
-- en: How good the calls of every kind were, week by week
with first_check as (
    select *
    from v_scorecard
    where is_right is not null
    qualify row_number() over (partition by week_called, topic_id, call order by checked_week) = 1
)
select call, week_called, count(*) as calls, count(*) filter (where is_right) as held,
    round(100 * avg(is_right::integer)) as percent
from first_check
group by call, week_called
order by week_called desc, call
