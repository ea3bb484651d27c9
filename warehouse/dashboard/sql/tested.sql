-- one row: how many tests of topics are kept of the period and platform asked for; a platform of null is any
select count(*) as n_tests
from mart_topic_burst
where grain = $grain and ($platform is null or platform = $platform) and day <= $day::date and day > $day::date - 7
