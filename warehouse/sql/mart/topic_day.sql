-- mart_topic_day: one row per day, platform and topic with at least one document; platform `all` pools the platforms
insert into mart_topic_day
select
    day,
    coalesce(platform, 'all') as platform,
    topic_id,
    count(*) filter (where is_primary) as n_docs,
    -- who is paid to speak is no voice more
    count(distinct coalesce(author_key, subject_id)) filter (where not is_ad) as n_authors
from mart_topic_doc
where day in (select day from restated_day) and day between getvariable('span_first') and getvariable('span_last')
group by grouping sets ((day, platform, topic_id), (day, topic_id))
union all
-- topics that are counted from now on, on all their days
select
    day,
    coalesce(platform, 'all'),
    topic_id,
    count(*) filter (where is_primary),
    count(distinct coalesce(author_key, subject_id)) filter (where not is_ad)
from (
    select *
    from mart_topic_doc
    where topic_id in (select topic_id from topic_move where is_entering)
        and day not in (select day from restated_day)
        and day between getvariable('span_first') and getvariable('span_last')
)
group by grouping sets ((day, platform, topic_id), (day, topic_id))
order by day, platform, topic_id;
