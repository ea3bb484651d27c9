-- one row per week (by its Monday) whose story matches are to be made again: a story meets others up to 72 hours away, and a month later as placebo
-- a span that the as-of day cuts short still reaches into that day's week
select distinct cast(date_trunc('week', least(day + nearest + further, cast(getvariable('as_of') as date))) as date) as week
from document_change, unnest([-4, 26]) s(nearest), unnest([0, 4, 8]) t(further)
where is_counted_anew and day + nearest <= cast(getvariable('as_of') as date)
order by week
