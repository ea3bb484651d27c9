-- document_now: one row per document whose core row, labels or place among its copies changed, as it is today
create or replace temp table document_now as
with written as (
    select
        'post' as subject_kind, subject_id, platform, author_key,
        coalesce(published_at, first_captured_at) as moment,
        coalesce(is_ad, false) as is_ad,
        url,
        coalesce(nullif(title, ''), left(text, 80)) as title,
        normalise_title(concat_ws(' ', title, text)) as wording,
        likes, comments, shares, collects, danmaku, views, null::bigint as best_rank
    from core_posts
    where kind <> 'comment' and subject_id in (select subject_id from changed where subject_kind = 'post')
    union all
    select
        'board_entry', entry_id, platform, null, first_seen_at, coalesce(is_ad, false), url, title, title,
        null, null, null, null, null, null, best_rank
    from core_board_entries
    where entry_id in (select subject_id from changed where subject_kind = 'board_entry')
)
select
    subject_kind, subject_id, platform, moment, shanghai_day(moment) as day, coalesce(author_key, subject_id) as author,
    author_key, url, title, likes, comments, shares, collects, danmaku, views, best_rank, is_ad,
    length(wording) >= 6 or dup_group_id is not null as is_long,
    -- near-duplicates are one wording; before they were looked for, the same letters are
    md5_number_lower(platform || chr(31) || coalesce(dup_group_id, wording)) as wording_key
from written
left join (select subject_kind, subject_id, dup_group_id from core_text_groups) using (subject_kind, subject_id)
where shanghai_day(moment) <= cast(getvariable('as_of') as date);

-- the first of its wording on a platform is primary; one that came, went or moved can change which of its copies that is
create or replace temp table copy_rank as
with shared as materialized (
    select wording_key from document_now where is_long
    union
    select wording_key from work_document semi join changed using (subject_kind, subject_id)
),
-- the few of the same wording first: to leave the changed ones out of all would compare the ids of all
copy as materialized (
    select subject_kind, subject_id, wording_key, is_ad, moment, is_primary
    from work_document
    where is_long and wording_key in (select wording_key from shared)
),
rival as (
    select subject_kind, subject_id, wording_key, is_ad, moment, true as is_changed, null as was_primary
    from document_now
    where is_long
    union all
    select subject_kind, subject_id, wording_key, is_ad, moment, false, is_primary
    from copy
    anti join changed using (subject_kind, subject_id)
)
select
    subject_kind, subject_id, is_changed, was_primary,
    not is_ad and row_number() over (partition by wording_key order by is_ad, moment, subject_id) = 1 as is_primary
from rival;

create or replace temp table document_now as
select d.*, not d.is_ad and (not d.is_long or c.is_primary) as is_primary
from document_now d
left join copy_rank c using (subject_kind, subject_id)
union all
select * replace (not is_primary as is_primary)
from work_document
semi join (select * from copy_rank where not is_changed and is_primary <> was_primary) using (subject_kind, subject_id);

create or replace temp table touched as
select subject_kind, subject_id from changed
union
select subject_kind, subject_id from document_now;

-- by row number, so that of all others only the ids are read
create or replace temp table document_before as
select * from work_document
where rowid in (select d.rowid from work_document d semi join touched using (subject_kind, subject_id));

delete from work_document
using document_before b
where work_document.day = b.day and work_document.subject_kind = b.subject_kind and work_document.subject_id = b.subject_id;

insert into work_document by name
select * from document_now order by day, subject_id;
