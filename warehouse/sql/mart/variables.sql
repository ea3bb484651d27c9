-- no rows: what the marts share about this build
create or replace table mart_run as
select getvariable('run_id') as run_id, cast(getvariable('as_of') as date) as as_of;
set variable offer_crawls = (
    select count(distinct cast(captured_at at time zone 'Asia/Shanghai' as date)) from raw_listings
    where cast(captured_at at time zone 'Asia/Shanghai' as date)
        between cast(getvariable('as_of') as date) - 27 and cast(getvariable('as_of') as date)
);
-- heat is shown for the days after heat_after, its index looks back 90 days further; weeks begin after weeks_after
set variable heat_after = cast(getvariable('as_of') as date) - getvariable('heat_days');
set variable cells_after = cast(getvariable('as_of') as date) - getvariable('heat_days') - 90;
set variable weeks_after = cast(getvariable('as_of') as date) - 7 * 28;
