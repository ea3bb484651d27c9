-- one row per week for which calls were made, newest first
select week_called, count(*) as n_calls
from mart_call
where call = 'rising'
group by week_called
order by week_called desc
limit 52
