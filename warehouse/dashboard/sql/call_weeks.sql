-- one row per week of calls: how many events were called and how many held at their first check, with the interval
with scored as (
    select s.week_called, s.still_above_base, coalesce(c.is_retrospective, false) as is_retrospective
    from v_scorecard s
    left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
    where s.call = 'rising' and s.still_above_base is not null and names_event(s.topic_id, c.event_id)
    qualify row_number() over (partition by s.week_called, s.topic_id order by s.checked_week) = 1
)
select
    week_called,
    count(*) as n_calls,
    count(*) filter (where still_above_base) as n_held,
    bool_or(is_retrospective) as is_retrospective,
    n_held / n_calls as rate,
    wilson_lo(n_held, n_calls) as rate_lo,
    wilson_hi(n_held, n_calls) as rate_hi
from scored
group by week_called
order by week_called desc
limit 52
