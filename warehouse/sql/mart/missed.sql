-- one row: documents of the core tables up to the as-of day, less those remembered; not 0 when rows left the core tables
select
    (select count(*) from core_posts
     where kind <> 'comment'
        and coalesce(published_at, first_captured_at) < day_begin(cast(getvariable('as_of') as date) + 1))
    + (select count(*) from core_board_entries where first_seen_at < day_begin(cast(getvariable('as_of') as date) + 1))
    - (select count(*) from work_document)
