-- one row: the newest day of a document that lies no later than its newest observation
select least(
    (select max(day) from documents),
    (select max(cast(moment at time zone 'Asia/Shanghai' as date)) from (
        select max(captured_at) as moment from core_posts
        union all
        select max(last_seen_at) from core_board_entries
    ))
)
