-- one row: a package that could not be loaded, or how many records of a source were rejected for one reason
select source || ' ' || run_id as source, null as records, reason || ': ' || detail as reason
from quarantine
union all
select source, count(*), reason
from rejections
group by source, reason
order by source, reason
