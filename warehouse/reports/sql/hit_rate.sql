-- one row: how many calls held, last time and to date, with the 95 % Wilson interval
with checked as (
    select *
    from v_scorecard
    where still_above_base is not null and checked_week <= $as_of::date
    qualify row_number() over (partition by week_called, topic_id order by checked_week) = 1
),
counted as (
    select
        count(*) as n_calls,
        count(*) filter (where still_above_base) as n_held,
        count(*) filter (where week_called = (select max(week_called) from checked)) as n_calls_last,
        count(*) filter (where still_above_base and week_called = (select max(week_called) from checked)) as n_held_last
    from checked
)
select
    n_calls_last,
    n_held_last,
    n_calls,
    n_held,
    n_held / n_calls as rate,
    greatest(0, (n_held + 1.9207) / (n_calls + 3.8415)
        - 1.96 * sqrt(n_held * (n_calls - n_held) / n_calls + 0.9604) / (n_calls + 3.8415)) as rate_lo,
    least(1, (n_held + 1.9207) / (n_calls + 3.8415)
        + 1.96 * sqrt(n_held * (n_calls - n_held) / n_calls + 0.9604) / (n_calls + 3.8415)) as rate_hi
from counted
where n_calls > 0
