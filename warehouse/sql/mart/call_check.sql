-- call_check: one row per call and week since that is to be graded
create table if not exists mart_scorecard (
    week_called date, topic_id varchar, call varchar, checked_week date, still_above_base boolean, ratio_now double,
    n_docs bigint, ratio_called double, q_called double, is_retrospective boolean
);
alter table mart_scorecard add column if not exists is_right boolean;
alter table mart_scorecard add column if not exists metric_ver integer;
alter table mart_scorecard add column if not exists status varchar;
-- the last two weeks are graded again, as late posts restate them; older grades stand. What could not be graded is tried for eight weeks, but
-- what could not be compared then cannot be later
delete from mart_scorecard
where checked_week > cast(getvariable('as_of') as date) - 14
    or (is_right is null and status is distinct from 'low_coverage' and checked_week > cast(getvariable('as_of') as date) - 56);

create or replace temp table call_check as
select *
from (
    select c.*, cast(unnest(generate_series(
        (c.week_called + 7)::timestamp,
        least(cast(getvariable('as_of') as date), c.week_called + 56)::timestamp,
        interval 7 day
    )) as date) as checked_week
    from mart_call c
)
anti join mart_scorecard using (week_called, topic_id, call, checked_week);
