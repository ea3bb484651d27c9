-- one row per day of one platform with a stray document on the panel's day: how many those are
select date_diff('day', $first_day::date, day) as day_offset, count(*) filter (where is_primary) as n_docs
from stray
where scope = $platform and entry_day > $panel::date
    and day between $first_day::date and $as_of::date
group by day
