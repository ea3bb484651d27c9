-- one row: how many called events held at their first check, last time and to date, with the 95 % Wilson interval; beside it what part of the topics that were not called pass the same rule
with events as (
    select s.week_called, s.still_above_base, coalesce(c.is_retrospective, false) as is_retrospective
    from v_scorecard s
    left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
    where s.call = 'rising' and s.still_above_base is not null and s.checked_week <= $as_of::date
        and names_event(s.topic_id, c.event_id)
    qualify row_number() over (partition by s.week_called, s.topic_id order by s.checked_week) = 1
),
counted as (
    select
        count(*) as n_calls,
        count(*) filter (where still_above_base) as n_held,
        count(*) filter (where week_called = (select max(week_called) from events)) as n_calls_last,
        count(*) filter (where still_above_base and week_called = (select max(week_called) from events)) as n_held_last,
        nullif(count(*) filter (where is_retrospective), 0) as n_retrospective
    from events
),
-- every call brings the rate of its week; of fewer than 30 topics it tells nothing
other as (
    select avg(cast(b.n_right / b.n_topics as decimal(18, 9))) as rate_uncalled
    from events e
    join mart_base_rate b on b.call = 'rising' and b.week_called = e.week_called
    where b.n_topics >= 30
)
select
    n_calls_last,
    n_held_last,
    n_calls,
    n_held,
    n_retrospective,
    n_held / n_calls as rate,
    wilson_lo(n_held, n_calls) as rate_lo,
    wilson_hi(n_held, n_calls) as rate_hi,
    rate_uncalled
from counted, other
where n_calls > 0
