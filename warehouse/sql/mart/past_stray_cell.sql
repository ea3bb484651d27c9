-- one row per topic that rose on one platform and day with documents that did not count in one earlier week: how many
select
    p.place, date_diff('day', $first_day::date, s.day) as day_offset, count(*) as n_docs
from past_left_out w
join past_stray s using (platform, sources)
join mart_topic_doc d on d.subject_kind = s.subject_kind and d.subject_id = s.subject_id
join past_topic p on p.platform = $platform and p.topic_id = d.topic_id
where w.scope = $platform and w.past_week = $week::date and s.day between w.past_week - getvariable('past_days') + 1 and w.past_week
group by all
