-- one row per topic that rose on one platform and day since the given one with a document
select p.place, date_diff('day', $first_day::date, d.day) as day_offset, d.n_docs
from past_topic p
join mart_topic_day d on d.platform = p.platform and d.topic_id = p.topic_id
where p.platform = $platform and d.day between $first_day::date and $last_day::date
