-- one row per sample post: up to three for each named topic, from different platforms first, newest first
with candidates as (
    select
        topic_id,
        platform,
        title,
        url,
        day,
        subject_id,
        row_number() over (partition by topic_id, platform order by day desc, subject_id) as place_on_platform
    from mart_topic_doc
    where topic_id in (select unnest($topic_ids::varchar[]))
        and day <= $as_of::date and day > $as_of::date - greatest($days::integer, 7)
        and is_primary and title is not null and title <> ''
    qualify row_number() over (partition by topic_id, title order by day desc, subject_id) = 1
)
select
    topic_id,
    row_number() over (partition by topic_id order by place_on_platform, day desc, platform, subject_id) as place,
    platform,
    day,
    title,
    url
from candidates
qualify place <= 3
order by topic_id, place
