-- one row: the Shanghai day of the newest observation
select cast(greatest(
    (select max(captured_at) from core_posts),
    (select max(captured_at) from core_listings),
    (select max(last_seen_at) from core_board_entries)
) at time zone 'Asia/Shanghai' as date)
