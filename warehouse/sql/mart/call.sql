-- mart_call: one row per call that was made, of any kind that can be graded; calls are added, never changed
create table if not exists mart_call (
    week_called date, topic_id varchar, call varchar, x double, mu double, ratio double, q_value double, event_id varchar,
    base_share double, run_id varchar, is_retrospective boolean
);
alter table mart_call add column if not exists shift_days bigint;
alter table mart_call add column if not exists base_share_past double;
alter table mart_call add column if not exists metric_ver integer;
create or replace temp table call_now as
with risen as (
    select b.* replace (b.event_q_value as q_value), b.mu / b.exposure as base_share
    from mart_topic_burst b
    where b.grain = 'w' and b.platform = 'all' and b.level = 'signal'
),
season as (
    -- the week of last year that the rise is most like
    select
        w.week, p.topic_id, arg_max(w.past_week, row(p.ratio, w.past_week)) as past_week, max(p.ratio) as past_ratio
    from past_window w
    join past_event p using (past_week)
    where w.kind <> 'earlier' and p.platform = 'all' and p.is_event
    group by w.week, p.topic_id
),
-- a word or cluster named like a tag or an interest says of the same what that says: one event
ocean as (
    select c.*, t.topic_kind, t.label
    from mart_opportunity_call c
    left join mart_topic t using (topic_id)
    where c.class = 'blue_ocean' and c.period = cast(getvariable('as_of') as date)
)
-- what never was before has no level to stay above: such a call is one of its own
select
    day as week_called, topic_id, case when status = 'no_baseline' then 'new' else 'rising' end as call, x, mu, ratio, q_value,
    event_id, base_share, null::bigint as shift_days, null::double as base_share_past, metric_ver
from risen
union all
select
    r.day, r.topic_id, 'seasonal', r.x, r.mu, r.ratio, r.q_value, r.event_id, r.base_share,
    date_diff('day', s.past_week, r.day),
    (select sum(n_docs) from mart_topic_day d
     where d.platform = 'all' and d.topic_id = r.topic_id and d.day between s.past_week - 6 and s.past_week)
    / s.past_ratio
    / (select sum(n_docs) from mart_exposure_day e where e.platform = 'all' and e.day between s.past_week - 6 and s.past_week),
    r.metric_ver
from risen r
join season s on s.week = r.day and s.topic_id = r.topic_id
where r.status = 'ok'
union all
select
    b.day, b.topic_id, 'rising_day', b.x, b.mu, b.ratio, b.event_q_value, b.event_id, b.mu / b.exposure, null, null, b.metric_ver
from mart_topic_burst b
where b.grain = 'd' and b.platform = 'all' and b.level in ('signal', 'alert') and b.status = 'ok'
    -- as the daily report prints them
    and b.event_q_value <= 0.05 and b.day = cast(getvariable('as_of') as date)
union all
select week, topic_id, 'fading', x_cur, x_prev, exp(v_log), q_value, event_id, base_share, null, null, metric_ver
from call_fading
union all
select
    o.period, o.topic_id, 'blue_ocean', o.spu_cnt, o.demand_authors, exp(o.gap), null, coalesce(n.event_id, o.topic_id),
    null, null, null, o.metric_ver
from ocean o
left join (
    select a.topic_id, arg_max(b.topic_id, row(b.topic_kind = 'tag', b.demand_authors, b.topic_id)) as event_id
    from ocean a
    join ocean b
        on b.topic_kind in ('tag', 'interest')
        and (contains(lower(b.label), lower(a.label)) or contains(lower(a.label), lower(b.label)))
    where a.topic_kind in ('word', 'cluster')
    group by a.topic_id
) n using (topic_id)
union all
select
    cast(getvariable('as_of') as date),
    'platforms:' || case when a_first_share > 0.5 then a || '>' || b else b || '>' || a end,
    'lead', n_topics, null, greatest(a_first_share, 1 - a_first_share), p_sign, null, null, null, null, metric_ver
from mart_platform_leadlag
where status = 'ok' and p_sign < 0.05 and a_first_share <> 0.5
    -- both halves of the stories say the same
    and (a_first_share_odd - 0.5) * (a_first_share_even - 0.5) > 0
    and quarter = date_trunc('quarter', cast(getvariable('as_of') as date));

insert into mart_call by name
select
    n.*, getvariable('run_id') as run_id,
    -- a call of a past day is one made afterwards, once the days that grade it have begun to be known
    n.week_called < cast(getvariable('as_of') as date) or n.week_called <= cast(getvariable('newest_day') as date) - 7
        as is_retrospective
from call_now n
-- earlier weeks are called after the event once only, when there is no such call at all, and are marked
where (n.week_called = cast(getvariable('as_of') as date) or n.call not in (select call from mart_call))
    and not exists (
        select 1 from mart_call c
        where c.topic_id = n.topic_id and c.call = n.call and abs(date_diff('day', c.week_called, n.week_called)) < 7
    )
order by n.week_called, n.call, n.topic_id;
