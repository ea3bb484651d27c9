-- no rows: what the marts share about this build
create or replace table mart_run as
select getvariable('run_id') as run_id, cast(getvariable('as_of') as date) as as_of;
-- heat is shown for the days after heat_after, its index looks back 90 days further; weeks begin after weeks_after
set variable heat_after = cast(getvariable('as_of') as date) - getvariable('heat_days');
set variable cells_after = cast(getvariable('as_of') as date) - getvariable('heat_days') - 90;
set variable weeks_after = cast(getvariable('as_of') as date) - 7 * 28;
