-- mart_call: one row per call that was made: a topic named as rising in a week; calls are added, never changed
create table if not exists mart_call (
    week_called date, topic_id varchar, call varchar, x double, mu double, ratio double, q_value double, event_id varchar,
    base_share double, run_id varchar, is_retrospective boolean
);
insert into mart_call
select
    b.day, b.topic_id, 'rising', b.x, b.mu, b.ratio, b.q_value, b.event_id,
    b.mu / e.n_docs, getvariable('run_id'), b.day < cast(getvariable('as_of') as date)
from mart_topic_burst b
join (
    select d.day, sum(e.n_docs) as n_docs
    from (select distinct day from mart_topic_burst where grain = 'w') d
    join mart_exposure_day e on e.platform = 'all' and e.day between d.day - 6 and d.day
    group by d.day
) e using (day)
where b.grain = 'w' and b.platform = 'all' and b.level = 'signal'
    -- earlier weeks are called after the event once only, when there is no call at all, and are marked
    and (b.day = cast(getvariable('as_of') as date) or not exists (select 1 from mart_call))
    and not exists (
        select 1 from mart_call c where c.topic_id = b.topic_id and abs(date_diff('day', c.week_called, b.day)) < 7
    )
order by b.day, b.topic_id;
