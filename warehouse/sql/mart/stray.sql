-- stray: one row per document that only new sources brought and scope (its platform, or `all`): the day from which it counts there
-- (work_source_load: one row per load and platform: the days that its documents were read on and are of)
insert into work_source_load
select
    load_seq, platform,
    shanghai_day(min(captured_at)) as first_read, shanghai_day(max(captured_at)) as last_read,
    shanghai_day(min(moment)) as first_day, shanghai_day(max(moment)) as last_day
from (
    select load_seq, platform, captured_at, coalesce(published_at, captured_at) as moment from raw_posts where kind <> 'comment'
    union all
    select load_seq, platform, captured_at, captured_at from raw_board_entries
)
where load_seq > (select coalesce(max(load_seq), 0) from work_source_load)
group by load_seq, platform;

-- mart_source_panel: one row per platform and source of posts or board lines: from when the burst test counts it
create or replace table mart_source_panel as
with span as (
    select
        l.platform, g.source,
        -- a crawl reads on from its first day; a file knows all the days it tells of
        min(case when cardinality(r.requests_by_status) = 0 then l.first_day else l.first_read end) as first_day,
        max(case when cardinality(r.requests_by_status) = 0 then l.last_day else l.last_read end) as last_day
    from work_source_load l
    join load_ledger g using (load_seq)
    join crawl_reports r using (source, run_id)
    group by l.platform, g.source
),
-- the sources that a platform began with need no others to be compared with, nor do those that nothing else is read beside
begun as (
    select
        *,
        min(first_day) filter (where last_day > cast(getvariable('as_of') as date) - 28) over (partition by platform) as began,
        min(first_day) filter (where last_day > cast(getvariable('as_of') as date) - 28) over () as began_all
    from span
)
select
    platform, source, first_day, last_day,
    case when first_day > began + 3 then first_day + 28 else first_day end as counts_from,
    -- over all platforms a new platform is a new source
    case when first_day > began_all + 3 then first_day + 28 else first_day end as counts_from_all
from begun
order by platform, source;

create or replace temp table new_source as
select
    platform, source,
    case when counts_from > first_day then counts_from end as entry_day,
    case when counts_from_all > first_day then counts_from_all end as entry_day_all
from mart_source_panel
where counts_from_all > first_day and counts_from_all > getvariable('tested_after');

create or replace temp table stray as
with read as (
    select 'post' as subject_kind, platform || ':' || post_id as subject_id, platform, load_seq
    from raw_posts
    where kind <> 'comment' and platform in (select platform from new_source)
        and captured_at > getvariable('counted_after')::timestamp
    union all
    select 'board_entry', md5(concat_ws(chr(31), platform, board, title)), platform, load_seq
    from raw_board_entries
    where platform in (select platform from new_source) and captured_at > getvariable('counted_after')::timestamp
),
brought as (
    -- what an older source saw too is of the panel
    select
        r.subject_kind, r.subject_id,
        case when count(*) = count(n.entry_day) then min(n.entry_day) end as entry_day,
        case when count(*) = count(n.entry_day_all) then min(n.entry_day_all) end as entry_day_all
    from read r
    join load_ledger g using (load_seq)
    left join new_source n on n.platform = r.platform and n.source = g.source
    group by r.subject_kind, r.subject_id
)
select d.subject_kind, d.subject_id, d.day, d.is_primary, d.platform as scope, b.entry_day
from brought b
join work_document d using (subject_kind, subject_id)
where b.entry_day is not null and d.day > getvariable('counted_after')
union all
select d.subject_kind, d.subject_id, d.day, d.is_primary, 'all', b.entry_day_all
from brought b
join work_document d using (subject_kind, subject_id)
where b.entry_day_all is not null and d.day > getvariable('counted_after');
