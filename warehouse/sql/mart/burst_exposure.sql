-- one row per platform and day of the span: documents and coverage
select platform, date_diff('day', $first_day::date, day) as day_offset, n_docs, coverage
from mart_exposure_day
where day between $first_day::date and $last_day::date
