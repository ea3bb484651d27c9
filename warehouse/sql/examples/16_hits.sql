-- one row per week of calls: how many of them still stood above their base when first checked
-- zh: 我们的判断有多准：逐周命中率
-- en: How good the calls were, week by week
with first_check as (
    select *
    from v_scorecard
    where still_above_base is not null
    qualify row_number() over (partition by week_called, topic_id order by checked_week) = 1
)
select week_called, count(*) as calls, count(*) filter (where still_above_base) as held,
    round(100 * avg(still_above_base::integer)) as percent
from first_check
group by week_called
order by week_called desc
