-- one row: documents of the core tables up to the as-of day, less those remembered; not 0 when rows left the core tables
select
    (select count(*) from core_posts
     where kind <> 'comment'
        and shanghai_day(coalesce(published_at, first_captured_at)) <= cast(getvariable('as_of') as date))
    + (select count(*) from core_board_entries where shanghai_day(first_seen_at) <= cast(getvariable('as_of') as date))
    - (select count(*) from work_document)
