-- one row per day that has heat to write: how many rows at most of the six large tables that are joined for it
select day, 6 * count(*) as n
from heat_wanted
where day > getvariable('heat_after')
group by day
order by day;
