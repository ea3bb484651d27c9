-- one row per platform and day of the last four weeks: documents read
select platform, day, n_docs, coverage
from mart_exposure_day
where platform <> 'all' and day > $as_of::date - 28 and day <= $as_of::date
order by platform, day
