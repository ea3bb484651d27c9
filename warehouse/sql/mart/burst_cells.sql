-- one row per topic and day of one platform with a document: place of the topic, offset of the day, counts, first day tested
select
    dense_rank() over (order by topic_id) - 1 as place,
    date_diff('day', $first_day::date, day) as day_offset,
    n_docs,
    n_authors,
    topic_id,
    date_diff('day', $first_day::date, born_on) + 3 as tested_from
from mart_topic_day
left join core_clusters on topic_id = 'cluster:' || cluster_id
where platform = $platform and day between $first_day::date and $as_of::date
order by place, day_offset
