-- one row per document: a post that is no comment, or a title on a board; the first of its text on a platform is primary
create or replace temp table document as
with written as (
    select
        'post' as subject_kind, subject_id, platform, author_key,
        coalesce(published_at, first_captured_at) as moment,
        coalesce(is_ad, false) as is_ad,
        url,
        coalesce(nullif(title, ''), left(text, 80)) as title,
        normalise_title(concat_ws(' ', title, text)) as wording,
        coalesce(likes, 0) as likes, coalesce(comments, 0) as comments, coalesce(shares, 0) as shares,
        coalesce(collects, 0) as collects, coalesce(danmaku, 0) as danmaku, coalesce(views, 0) as views,
        null::bigint as best_rank
    from core_posts
    where kind <> 'comment'
    union all
    select
        'board_entry', entry_id, platform, null, first_seen_at, coalesce(is_ad, false), url, title, title,
        0, 0, 0, 0, 0, 0, best_rank
    from core_board_entries
),
dated as (
    select *, shanghai_day(moment) as day, coalesce(author_key, subject_id) as author
    from written
    where shanghai_day(moment) <= cast(getvariable('as_of') as date)
)
select
    * exclude (wording, is_ad),
    not is_ad and (
        length(wording) < 6
        or row_number() over (partition by platform, wording order by is_ad, moment, subject_id) = 1
    ) as is_primary
from dated;
