-- one row per day on which a period ends whose tests stand on enough that was read, newest first; a platform of null is any
select distinct day
from mart_topic_burst
where grain = $grain and ($platform is null or platform = $platform) and status is distinct from 'low_coverage'
order by day desc
