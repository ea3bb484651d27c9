-- one row per day of one platform in the tested span: documents and coverage
select date_diff('day', $first_day::date, day) as day_offset, n_docs, coverage
from mart_exposure_day
where platform = $platform and day between $first_day::date and $as_of::date
