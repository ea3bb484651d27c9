-- one row per kind of call: how many were graded to date and how many were right, with the 95 % Wilson interval; beside it what part of the topics that were not called pass the same rule
with events as (
    select s.*
    from v_scorecard s
    left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
    where s.is_right is not null and s.checked_week <= $as_of::date and names_event(s.topic_id, c.event_id)
    -- supply and seasons take weeks to show, so that their newest check counts; of the others the first
    qualify row_number() over (
        partition by s.week_called, s.topic_id, s.call
        order by case when s.call in ('blue_ocean', 'seasonal') then -epoch(s.checked_week) else epoch(s.checked_week) end
    ) = 1
),
counted as (
    select
        e.call, count(*) as n_calls, count(*) filter (where e.is_right) as n_right,
        nullif(count(*) filter (where e.is_retrospective), 0) as n_retrospective,
        -- every call brings the rate of its week; of fewer than 30 topics it tells nothing
        avg(cast(b.n_right / b.n_topics as decimal(18, 9))) as rate_uncalled
    from events e
    left join mart_base_rate b on b.call = e.call and b.week_called = e.week_called and b.n_topics >= 30
    group by e.call
),
waiting as (
    select c.call, count(*) as n_waiting
    from mart_call c
    -- what was looked at and could not be compared is not waiting any more
    anti join (select * from v_scorecard where checked_week <= $as_of::date) g
        on g.week_called = c.week_called and g.topic_id = c.topic_id and g.call = c.call
    where c.week_called <= $as_of::date and names_event(c.topic_id, c.event_id)
    group by c.call
)
select
    call,
    call as criterion,
    n_calls::bigint as n_calls,
    n_right::bigint as n_right,
    n_retrospective,
    coalesce(n_waiting, 0)::bigint as n_waiting,
    n_right / n_calls as rate,
    wilson_lo(n_right, n_calls) as rate_lo,
    wilson_hi(n_right, n_calls) as rate_hi,
    rate_uncalled
from counted
full join waiting using (call)
order by list_position(
    ['rising', 'rising_day', 'new', 'seasonal', 'fading', 'blue_ocean', 'lead', 'breakout'], call
), call
