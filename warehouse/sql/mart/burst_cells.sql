-- one row per topic and day of one platform with a document: place of the topic, offset of the day, documents, authors
select
    dense_rank() over (order by topic_id) - 1 as place,
    date_diff('day', $first_day::date, day) as day_offset,
    n_docs,
    n_authors,
    topic_id
from mart_topic_day
where platform = $platform and day between $first_day::date and $as_of::date
order by place, day_offset
