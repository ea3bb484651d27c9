-- one row per post of the topic in the last fourteen days, the most engaged first, different platforms in turn
with found as (
    select
        d.topic_id, d.platform, d.day, d.title, d.url, d.subject_id,
        p.likes, p.comments, p.shares,
        row_number() over (
            partition by d.platform
            order by coalesce(p.likes, 0) + coalesce(p.comments, 0) + coalesce(p.shares, 0) desc, d.day desc, d.subject_id
        ) as place_on_platform
    from mart_topic_doc d
    left join core_posts p on d.subject_kind = 'post' and p.subject_id = d.subject_id
    where d.topic_id = $subject and d.is_primary and d.title is not null and d.title <> ''
        and d.day <= $as_of::date and d.day > $as_of::date - 14
    qualify row_number() over (partition by d.title order by d.day desc, d.subject_id) = 1
)
select topic_id, platform, day, title, url, likes, comments, shares
from found
order by place_on_platform, platform, subject_id
limit 12
