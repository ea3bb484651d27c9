-- one row: a package that could not be loaded, or how many records of a source were rejected for one reason
select source || ' ' || run_id || ': ' || reason || ': ' || detail as line
from quarantine
union all
select source || ': ' || count(*) || ' records rejected, ' || reason
from rejections
group by source, reason
order by line
