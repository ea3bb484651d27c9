-- one row per kind and week of calls: how many of them were right when first checked, and what share of the topics not called passed the same rule
-- zh: 我们的判断有多准：各类判断逐周命中率
-- en: How good the calls of every kind were, week by week
with first_check as (
    select *
    from v_scorecard
    where is_right is not null
    qualify row_number() over (partition by week_called, topic_id, call order by checked_week) = 1
)
select c.call, c.week_called, count(*) as calls, count(*) filter (where c.is_right) as held,
    round(100 * avg(c.is_right::integer)) as percent, round(100 * any_value(b.n_right / b.n_topics)) as percent_not_called
from first_check c
left join mart_base_rate b on b.call = c.call and b.week_called = c.week_called and b.n_topics >= 30
group by c.call, c.week_called
order by c.week_called desc, c.call
