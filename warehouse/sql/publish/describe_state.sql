-- one row: the newest load and the newest observation of the warehouse
select
    (select coalesce(max(load_seq), 0) from load_ledger) as load_seq,
    greatest(
        (select max(captured_at) from core_posts),
        (select max(captured_at) from core_listings),
        (select max(last_seen_at) from core_board_entries)
    ) as newest_captured_at
