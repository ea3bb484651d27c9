-- document_now: one row per document whose core row, labels or place among its copies changed, as it is today
-- (a board line about a post is a sighting of that post and no document: what comes to one of the two changes the other)
-- line_changed: one row per changed board line; the ids of all lines are compared for it alone, what else is read of them goes by row number
create or replace temp table line_changed as
select rowid as line_row, platform || ':' || subject_id as post_id
from core_board_entries
where entry_id in (select subject_id from changed where subject_kind = 'board_entry');

insert into changed
select 'post', post_id
from (
    select post_id from line_changed
    union
    -- and the post that the line was about before
    select post_id
    from work_document
    where post_id is not null and subject_id in (select subject_id from changed where subject_kind = 'board_entry')
)
where post_id is not null and post_id not in (select subject_id from changed where subject_kind = 'post');

-- line_now: one row per board line about a changed post that is known, or was: of one that never was, nothing is to be told anew
create or replace temp table line_now as
select
    rowid as line_row, entry_id, platform || ':' || subject_id as post_id, subject_id as own_id, title, url, best_rank, first_seen_at, is_ad
from core_board_entries
where platform || ':' || subject_id in (
    select subject_id
    from changed
    where subject_kind = 'post' and (
        subject_id in (select subject_id from core_posts)
        or subject_id in (select subject_id from work_document where subject_kind = 'post')
    )
);

insert into changed
select 'board_entry', entry_id
from line_now
where entry_id not in (select subject_id from changed where subject_kind = 'board_entry');

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
    where rowid in (select line_row from line_changed union select line_row from line_now)
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

-- sighting: one row per board line about a post that is a document; a short id may be the number of a row, which is nobody's
create or replace temp table sighting as
select l.entry_id, l.post_id, l.best_rank, l.first_seen_at, coalesce(l.is_ad, false) as is_ad
from line_now l
join document_now d on d.subject_kind = 'post' and d.subject_id = l.post_id
where length(l.own_id) >= 10 or l.title = d.title or l.url = d.url;

-- known_document: one row per changed document as it was before; all ids are read for it, once
create or replace temp table known_document as
select rowid as document_row, wording_key from work_document semi join changed using (subject_kind, subject_id);

-- the first of its wording on a platform is primary; one that came, went or moved can change which of its copies that is
create or replace temp table copy_rank as
with shared as materialized (
    select wording_key from document_now where is_long
    union
    select wording_key from known_document
),
-- the few of the same wording first: to leave the changed ones out of all would compare the ids of all
copy as materialized (
    select rowid as document_row, subject_kind, subject_id, wording_key, is_ad, post_id, moment, is_first
    from work_document
    where is_long and wording_key in (select wording_key from shared)
),
rival as (
    select
        null as document_row, d.subject_kind, d.subject_id, d.wording_key, d.is_ad, s.post_id, d.moment, true as is_changed,
        null as was_first
    from document_now d
    left join sighting s on d.subject_kind = 'board_entry' and s.entry_id = d.subject_id
    where d.is_long
    union all
    select document_row, subject_kind, subject_id, wording_key, is_ad, post_id, moment, false, is_first
    from copy
    anti join changed using (subject_kind, subject_id)
)
select
    document_row, subject_kind, subject_id, is_changed, was_first,
    not is_ad and row_number() over (
        partition by wording_key order by is_ad, post_id is not null, moment, subject_id
    ) = 1 as is_first
from rival;

create or replace temp table turned_document as
select document_row from copy_rank where not is_changed and is_first <> was_first;

-- a board line of a post stays behind its own wording's documents, and is never primary: it may be the first to tell a story all the same
create or replace temp table document_now as
select
    d.* replace (coalesce(d.best_rank, r.best_rank) as best_rank),
    s.post_id,
    not d.is_ad and (not d.is_long or c.is_first) as is_first,
    s.post_id is null and not d.is_ad and (not d.is_long or c.is_first) as is_primary
from document_now d
left join copy_rank c using (subject_kind, subject_id)
left join sighting s on d.subject_kind = 'board_entry' and s.entry_id = d.subject_id
left join (
    select post_id, min(best_rank) as best_rank
    from sighting
    where not is_ad and shanghai_day(first_seen_at) <= cast(getvariable('as_of') as date)
    group by post_id
) r on d.subject_kind = 'post' and r.post_id = d.subject_id
union all by name
select * replace (not is_first as is_first, post_id is null and not is_first as is_primary)
from work_document
where rowid in (select document_row from turned_document);

-- by row number, so that nothing of all others is read
create or replace temp table document_before as
select * from work_document
where rowid in (select document_row from known_document union all select document_row from turned_document);

delete from work_document
where rowid in (select document_row from known_document union all select document_row from turned_document);

insert into work_document by name
select * from document_now order by day, subject_id;
