-- one row per week of calls: how many events were called and how many held at their first check, with the interval; beside it what part of the topics that were not called pass the same rule
with scored as (
    select s.week_called, s.still_above_base, coalesce(c.is_retrospective, false) as is_retrospective
    from v_scorecard s
    left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
    where s.call = 'rising' and s.still_above_base is not null and names_event(s.topic_id, c.event_id)
    qualify row_number() over (partition by s.week_called, s.topic_id order by s.checked_week) = 1
)
select
    s.week_called,
    count(*) as n_calls,
    count(*) filter (where s.still_above_base) as n_held,
    bool_or(s.is_retrospective) as is_retrospective,
    n_held / n_calls as rate,
    wilson_lo(n_held, n_calls) as rate_lo,
    wilson_hi(n_held, n_calls) as rate_hi,
    b.n_right / b.n_topics as rate_uncalled
from scored s
-- of fewer than 30 topics it tells nothing
left join mart_base_rate b on b.call = 'rising' and b.week_called = s.week_called and b.n_topics >= 30
group by s.week_called, b.n_right, b.n_topics
order by s.week_called desc
limit 52
