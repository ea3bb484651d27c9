-- one row per week (by its Monday) whose story matches are to be made again: a story meets others up to 72 hours away, and a month later as placebo
select distinct cast(date_trunc('week', day + shift) as date) as week
from document_change, unnest([-4, 0, 4, 26, 30, 34]) s(shift)
where is_counted_anew and day + shift <= cast(getvariable('as_of') as date)
order by week
