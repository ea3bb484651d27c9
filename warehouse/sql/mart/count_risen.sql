-- one row per grain: topics found rising on the as-of day over all platforms together
select grain, count(*)
from mart_topic_burst
where platform = 'all' and day = cast(getvariable('as_of') as date) and level in ('signal', 'alert')
group by grain
