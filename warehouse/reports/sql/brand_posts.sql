-- one row per post that names the brand in the last fourteen days, the most engaged first, different platforms in turn
with named as (
    select distinct subject_id
    from core_annotations
    where subject_kind = 'post'
        and ((tagger = 'brands' and label = $subject) or (tagger = 'entities' and label = 'brand:' || $subject))
),
found as (
    select
        p.platform,
        (coalesce(p.published_at, p.first_captured_at) at time zone 'Asia/Shanghai')::date as day,
        coalesce(nullif(p.title, ''), left(p.text, 80)) as title,
        p.url, p.subject_id, p.likes, p.comments, p.shares
    from core_posts p
    join named n on n.subject_id = p.subject_id
    where p.kind <> 'comment'
)
select
    $subject as topic_id, row_number() over (order by place_on_platform, platform, subject_id) as place,
    platform, day, title, url, likes, comments, shares
from (
    select *, row_number() over (
        partition by platform
        order by coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) desc, day desc, subject_id
    ) as place_on_platform
    from found
    where day <= $as_of::date and day > $as_of::date - 14 and title <> ''
    qualify row_number() over (partition by title order by day desc, subject_id) = 1
)
-- and of its last week the first three, which stand for its figures
qualify place <= 12 or (
    day > $as_of::date - 7
    and row_number() over (partition by day > $as_of::date - 7 order by place_on_platform, platform, subject_id) <= 3
)
order by place
