-- onset_case: one row per topic and platform where it rose in the last 28 days, if it rose on two: its first such day
create or replace temp table onset_case as
with onset as (
    select topic_id, platform, min(day) as day, arg_min(event_id, day) as event_id, arg_min(mu, day) as mu
    from mart_topic_burst
    where grain = 'd' and platform <> 'all' and level in ('signal', 'alert')
        and day > cast(getvariable('as_of') as date) - 28
    group by all
),
shared as (
    select *
    from onset
    qualify count(*) over (partition by topic_id) >= 2
)
-- numbered after the choice: the numbers are places in arrays and leave no gap
select row_number() over (order by topic_id, platform) - 1 as case_no, *
from shared
order by case_no
