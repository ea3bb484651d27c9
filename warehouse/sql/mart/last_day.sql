-- one row: the Shanghai day of the newest observation
-- (an imported post without a date is known since its file was written, which tells nothing of what was read when: where
-- anything else is known, it does not move the day)
with imported as (
    select run_id from crawl_reports where cardinality(requests_by_status) = 0
)
select cast(coalesce(
    greatest(
        (select max(captured_at) from core_posts
         where published_at is not null or run_id not in (select run_id from imported)),
        (select max(captured_at) from core_listings),
        (select max(last_seen_at) from core_board_entries)
    ),
    (select max(captured_at) from core_posts)
) at time zone 'Asia/Shanghai' as date)
