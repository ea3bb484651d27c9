-- mart_topic_day: one row per day, platform and topic with at least one document; platform `all` pools the platforms
create or replace table mart_topic_day as
select
    day,
    coalesce(platform, 'all') as platform,
    topic_id,
    count(*) filter (where is_primary) as n_docs,
    count(distinct coalesce(author_key, subject_id)) as n_authors
from mart_topic_doc
group by grouping sets ((day, platform, topic_id), (day, topic_id))
order by day, platform, topic_id;
