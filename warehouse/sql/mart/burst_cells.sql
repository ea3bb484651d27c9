-- one row per platform of those asked for, topic and day with a document: place of the topic there, offset of the day, counts, first day tested
select
    dense_rank() over (partition by platform order by topic_id) - 1 as place,
    date_diff('day', $first_day::date, day) as day_offset,
    n_docs,
    n_authors,
    topic_id,
    date_diff('day', $first_day::date, born_on) + 3 as tested_from
from mart_topic_day
left join core_clusters on topic_id = 'cluster:' || cluster_id
where platform in (select unnest($platforms::varchar[])) and day between $first_day::date and $as_of::date
order by platform = 'all', platform, place, day_offset
