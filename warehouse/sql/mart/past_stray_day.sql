-- one row per day of one platform with documents that did not count in one earlier week: how many
select date_diff('day', $first_day::date, s.day) as day_offset, count(*) as n_docs
from past_left_out w
join past_stray s using (platform, sources)
where w.scope = $platform and w.past_week = $week::date and s.day between w.past_week - getvariable('past_days') + 1 and w.past_week
group by all
