-- one row per text shown for a watched group and day: different platforms in turn, as many as the group allows
with found as (
    select
        m.*, coalesce(g.most_shown, 3) as most_shown,
        row_number() over (
            partition by m.group_no, m.day, m.platform order by m.subject_kind desc, m.subject_id
        ) as place_on_platform
    from mart_watch_match m
    join mart_watch_group g on g.group_no = m.group_no
    where m.title <> '' and m.day > (select coalesce((select max(as_of) from mart_run), max(day)) from mart_watch_match) - 2
    qualify row_number() over (partition by m.group_no, m.day, m.title order by m.subject_id) = 1
)
select
    'watch:' || group_no || ':' || day as topic_id,
    row_number() over (partition by group_no, day order by place_on_platform, platform, subject_id) as place,
    platform, day, title, url
from found
qualify place <= most_shown and place <= 20
order by topic_id, place
