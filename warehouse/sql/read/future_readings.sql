-- one row: a run that brought readings later than $latest, with its source, and how many: a clock was ahead
-- (what a run of later times brought is known from the ledger, also where newer readings hide it)
with later_run as (
    select source, run_id, posts + listings + board_entries as readings
    from crawl_reports
    join load_ledger using (source, run_id)
    where finished_at > $latest
),
reading as (
    select run_id from core_posts where captured_at > $latest
    union all
    select run_id from core_listings where captured_at > $latest
    union all
    select run_id from core_board_entries where last_seen_at > $latest
)
select source, run_id, readings from later_run where readings > 0
union all
-- of a run whose clock was corrected on its way the rows say so alone; several sources may have its name
select (select string_agg(source, '/' order by source) from crawl_reports c where c.run_id = r.run_id), run_id, count(*)
from reading r
where run_id not in (select run_id from later_run)
group by run_id
order by source, run_id
