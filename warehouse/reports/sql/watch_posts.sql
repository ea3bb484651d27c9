-- one row per text shown for a group of the watch list: different platforms in turn, newest first, as many as the group allows
with found as (
    select
        m.*, coalesce(g.most_shown, 3) as most_shown,
        row_number() over (partition by m.group_no, m.platform order by m.day desc, m.subject_kind desc, m.subject_id) as place_on_platform
    from mart_watch_match m
    join mart_watch_group g on g.group_no = m.group_no
    where m.day <= $as_of::date and m.day > $as_of::date - $days::integer and m.title <> ''
    qualify row_number() over (partition by m.group_no, m.title order by m.day desc, m.subject_id) = 1
)
select
    'watch:' || group_no as topic_id,
    row_number() over (partition by group_no order by place_on_platform, day desc, platform, subject_id) as place,
    platform, kind, day, title, url, terms
from found
qualify place <= most_shown and place <= 20
order by group_no, place
