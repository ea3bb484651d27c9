-- one row per week (by its Monday) whose story matches are to be made again: a story meets others up to 72 hours away, and a month later as placebo
-- a span that the as-of day cuts short still reaches into that day's week
select distinct cast(date_trunc('week', least(day + nearest + further, cast(getvariable('as_of') as date))) as date) as week
from (
    select day, unnest([-4, 26]) as nearest from document_change where is_counted_anew
    union all
    -- what a reading tells of the 72 hours after it, it tells of stories that came first on the other board too
    select distinct shanghai_day(captured_at), -4 from poll_new
), unnest([0, 4, 8]) t(further)
where day + nearest <= cast(getvariable('as_of') as date)
order by week
