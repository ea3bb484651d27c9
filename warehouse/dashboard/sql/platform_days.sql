-- one row per day and platform of the last twelve weeks: what was read
select day, platform, n_docs, n_authors, coverage
from mart_exposure_day
where platform <> 'all' and day > $as_of::date - 84 and day <= $as_of::date
order by platform, day
