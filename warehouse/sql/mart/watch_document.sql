-- one row per text that a watch list is held against: posts, comments, board titles and offers of the last 28 days
create or replace temp table watch_document as
with written as (
    select
        'post' as subject_kind, kind, subject_id, platform, coalesce(published_at, first_captured_at) as moment,
        coalesce(nullif(title, ''), left(text, 80)) as title, url, concat_ws(' ', title, text) as wording
    from core_posts
    union all
    select 'board_entry', 'board_entry', entry_id, platform, first_seen_at, title, url, title
    from core_board_entries
    union all
    select 'listing', 'listing', subject_id, platform, first_captured_at, title, url, concat_ws(' ', title, brand)
    from core_listings
)
select
    row_number() over (order by subject_kind, subject_id) as document_no,
    * exclude (wording, moment), (moment at time zone 'Asia/Shanghai')::date as day,
    translate(lower(wording), getvariable('wide_letters'), getvariable('narrow_letters')) as wording
from written
where getvariable('watch_terms') > 0
    and (moment at time zone 'Asia/Shanghai')::date <= cast(getvariable('as_of') as date)
    and (moment at time zone 'Asia/Shanghai')::date > cast(getvariable('as_of') as date) - 28;
create or replace temp table watch_hit (document_no bigint, term_no bigint);
