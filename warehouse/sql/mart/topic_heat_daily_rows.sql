-- one row per day that has heat to write: how many rows
select day, count(*) as n
from heat_wanted
where day > getvariable('heat_after')
group by day
order by day;
