-- mart_topic_day: one row per day, platform and topic with at least one text, be it a copy or an advert; platform `all` pools the platforms
insert into mart_topic_day
select
    day,
    coalesce(platform, 'all') as platform,
    topic_id,
    count(*) filter (where is_primary) as n_docs,
    -- who is paid to speak is no voice more
    count(distinct coalesce(author_key, subject_id)) filter (where not is_ad) as n_authors
from (
    select day, platform, topic_id, author_key, subject_id, is_primary, is_ad
    from mart_topic_doc
    where day in (select day from restated_day) and day between getvariable('span_first') and getvariable('span_last')
    union all
    -- topics that are counted from now on, on all their days: what they had before stands in `moving`, what came is of restated days
    select day, platform, topic_id, author_key, subject_id, is_primary, is_ad
    from moving
    where day not in (select day from restated_day) and day between getvariable('span_first') and getvariable('span_last')
)
group by grouping sets ((day, platform, topic_id), (day, topic_id))
order by day, platform, topic_id;
