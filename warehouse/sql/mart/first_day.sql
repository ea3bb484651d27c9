-- one row: the first Shanghai day of which anything is known
select cast(least(
    (select min(least(published_at, captured_at)) from core_posts),
    (select min(first_captured_at) from core_listings),
    (select min(first_seen_at) from core_board_entries)
) at time zone 'Asia/Shanghai' as date)
