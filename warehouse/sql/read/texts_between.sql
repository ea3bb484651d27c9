-- one row = one text of a post or board line of the days asked for, oldest first
with documents as (
    select
        concat_ws(' ', title, text) as text,
        (coalesce(published_at, first_captured_at) at time zone 'Asia/Shanghai')::date as day
    from core_posts
    union all
    select title, (first_seen_at at time zone 'Asia/Shanghai')::date
    from core_board_entries
)
select text
from documents
where day between $first_day and $last_day and text <> ''
order by day, text
