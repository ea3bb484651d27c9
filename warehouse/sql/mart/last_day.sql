-- one row: the Shanghai day of the newest observation up to $today, which it is where all are later: a clock was ahead
-- (an imported post without a date is known since its file was written, which tells nothing of what was read when: where
-- anything else is known, it does not move the day)
with past as (
    select (cast($today as date) + 1)::timestamp at time zone 'Asia/Shanghai' as moment
),
imported as (
    select run_id from crawl_reports where cardinality(requests_by_status) = 0
),
newest as (
    select coalesce(
        greatest(
            (select max(captured_at) from core_posts
             where captured_at < (select moment from past)
                and (published_at is not null or run_id not in (select run_id from imported))),
            (select max(captured_at) from core_listings where captured_at < (select moment from past)),
            (select max(last_seen_at) from core_board_entries where last_seen_at < (select moment from past))
        ),
        (select max(captured_at) from core_posts where captured_at < (select moment from past)),
        (select max(captured_at) from core_posts),
        (select max(captured_at) from core_listings),
        (select max(last_seen_at) from core_board_entries)
    ) as moment
)
select case when moment is not null then least(cast(moment at time zone 'Asia/Shanghai' as date), cast($today as date)) end
from newest
