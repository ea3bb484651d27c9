-- unsigned: one document with a group and without keys, in the weeks around one that has no group, numbered in order of time
create or replace temp table unsigned as
with near as (
    select distinct platform, day + cast(step as integer) as day
    from (select distinct platform, day from ungrouped), unnest(range(-$days, $days + 1)) as steps (step)
)
select row_number() over (order by moment, subject_id) - 1 as position, *
from documents
semi join near using (platform, day)
semi join core_text_groups using (subject_kind, subject_id)
anti join text_bands using (subject_kind, subject_id)
