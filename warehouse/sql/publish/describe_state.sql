-- one row: the newest load and the newest observation of the warehouse, of those up to $latest where there is one
with observed as (
    select max(captured_at) filter (where captured_at <= $latest) as moment, max(captured_at) as later from core_posts
    union all
    select max(captured_at) filter (where captured_at <= $latest), max(captured_at) from core_listings
    union all
    select max(last_seen_at) filter (where last_seen_at <= $latest), max(last_seen_at) from core_board_entries
)
select
    (select coalesce(max(load_seq), 0) from load_ledger) as load_seq,
    coalesce(max(moment), max(later)) as newest_captured_at
from observed
