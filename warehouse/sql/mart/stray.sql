-- stray: one row per document that only sources brought which do not count on some tested day, with those sources
-- (work_source_load: one row per load and platform: the days that its documents were read on and are of)
insert into work_source_load
select
    load_seq, platform,
    shanghai_day(min(captured_at)) as first_read, shanghai_day(max(captured_at)) as last_read,
    shanghai_day(min(moment)) as first_day, shanghai_day(max(moment)) as last_day
from document_read
where load_seq > (select coalesce(max(load_seq), 0) from work_source_load)
group by load_seq, platform;

-- mart_source_panel: one row per platform, source of posts or board lines and time in which it was read: from when to when the burst test counts it
create or replace table mart_source_panel as
with reading as (
    -- once each, so that the order of like ones tells nothing
    select distinct
        l.platform, g.source,
        -- a crawl reads on from its first day; a file knows all the days it tells of
        case when cardinality(r.requests_by_status) = 0 then l.first_day else l.first_read end as first_day,
        case when cardinality(r.requests_by_status) = 0 then l.last_day else l.last_read end as last_day
    from work_source_load l
    join load_ledger g using (load_seq)
    join crawl_reports r using (source, run_id)
),
-- what comes after two silent weeks is a source that begins
parted as (
    select
        *, first_day > max(last_day) over (
            partition by platform, source order by first_day, last_day rows between unbounded preceding and 1 preceding
        ) + 14 as is_begun
    from reading
    where first_day <= cast(getvariable('as_of') as date)
),
numbered as (
    select
        *, sum(cast(coalesce(is_begun, false) as integer)) over (
            partition by platform, source order by first_day, last_day rows between unbounded preceding and current row
        ) as part
    from parted
),
stretch as (
    select
        platform, source, min(first_day) as first_day, max(last_day) as last_day,
        lead(min(first_day)) over own is not null
            -- a day or two without it is an outage, which coverage tells of
            or max(last_day) <= cast(getvariable('as_of') as date) - 3 as is_over
    from numbered
    group by platform, source, part
    window own as (partition by platform, source order by part)
),
-- a source that begins beside older ones waits for 28 days, or until none of those is read any more
beside as (
    select
        s.platform, s.source, s.first_day, s.last_day, s.is_over,
        max(o.end_day) filter (where o.platform = s.platform) as alone_from,
        -- over all platforms a new platform is a new source
        max(o.end_day) as alone_from_all
    from stretch s
    left join (select *, case when is_over then last_day + 1 else date '9999-12-31' end as end_day from stretch) o
        on (o.platform, o.source) <> (s.platform, s.source)
        and o.first_day < s.first_day - 3 and (not o.is_over or o.last_day >= s.first_day)
    group by all
)
select
    platform, source, first_day, last_day,
    least(first_day + 28, coalesce(alone_from, first_day)) as counts_from,
    least(first_day + 28, coalesce(alone_from_all, first_day)) as counts_from_all,
    case when is_over then last_day end as counts_until
from beside
order by platform, source, first_day;

-- source_gap: one row per scope (a platform, or `all`), source and span of tested days on which it does not count there
create or replace temp table source_gap as
with scoped as (
    select platform as scope, platform, source, first_day, last_day, counts_from, counts_until from mart_source_panel
    union all
    select 'all', platform, source, first_day, last_day, counts_from_all, counts_until from mart_source_panel
),
spanned as (
    select
        scope, platform, source, last_day, coalesce(counts_until + 1, date '9999-12-31') as first_out,
        coalesce(lead(counts_from) over own - 1, date '9999-12-31') as last_out
    from scoped
    window own as (partition by scope, platform, source order by first_day)
    union all
    select scope, platform, source, max(last_day), date '0001-01-01', min(counts_from) - 1
    from scoped
    group by scope, platform, source
)
select
    scope, platform, source,
    greatest(first_out, getvariable('tested_from')) as first_out,
    least(last_out, cast(getvariable('as_of') as date)) as last_out
from spanned
where first_out <= last_out and first_out <= cast(getvariable('as_of') as date) and last_out >= getvariable('tested_from')
    and scope in (
        -- one that is read alone is compared with itself
        select scope from scoped where last_day > getvariable('counted_after') group by scope having count(distinct row(platform, source)) > 1
    );

create or replace temp table stray as
with brought as (
    -- what another source saw too, which counts throughout, is of the panel
    select r.subject_kind, r.subject_id, list_sort(list(distinct g.source)) as sources
    from document_read r
    join load_ledger g using (load_seq)
    left join (select distinct platform, source from source_gap) n on n.platform = r.platform and n.source = g.source
    where r.platform in (select platform from source_gap) and r.captured_at > getvariable('counted_after')::timestamp
    group by r.subject_kind, r.subject_id
    having count(*) = count(n.source)
)
select d.subject_kind, d.subject_id, d.day, d.is_primary, d.platform, b.sources
from brought b
join work_document d using (subject_kind, subject_id)
where d.day > getvariable('counted_after');

-- panel: one row per scope and span of tested days on which the same sources count
create or replace temp table panel as
with begun as (
    select scope, first_out as first_day from source_gap
    union
    select scope, last_out + 1 from source_gap
    union
    select distinct scope, getvariable('tested_from') from source_gap
)
select
    scope, first_day, coalesce(lead(first_day) over (partition by scope order by first_day) - 1, cast(getvariable('as_of') as date)) as last_day
from begun
where first_day <= cast(getvariable('as_of') as date);

-- stray_panel: one row per scope, span and set of sources whose documents do not count then
create or replace temp table stray_panel as
with one as (
    select distinct platform, sources, unnest(sources) as source from stray
)
select p.scope, p.first_day, p.last_day, o.platform, o.sources
from panel p
join one o on p.scope in ('all', o.platform)
join source_gap g on g.scope = p.scope and g.platform = o.platform and g.source = o.source and p.first_day between g.first_out and g.last_out
group by p.scope, p.first_day, p.last_day, o.platform, o.sources
having count(distinct g.source) = len(o.sources);

-- stray_begun: one row per scope and set of sources that all began lately beside others: the day the first of them did
create or replace temp table stray_begun as
with begun as (
    select
        scope, platform, source, arg_max(last_before, first_day) as last_before, max(first_day) as first_day
    from (
        select
            unnest([platform, 'all']) as scope, platform, source, first_day,
            unnest([counts_from, counts_from_all]) as counts_from,
            lag(last_day) over (partition by platform, source order by first_day) as last_before
        from mart_source_panel
    )
    where counts_from > first_day
    group by scope, platform, source
)
select
    b.scope, o.platform, o.sources, min(b.first_day) as first_day, coalesce(max(b.last_before), date '0001-01-01') as last_before
from (select distinct platform, sources, unnest(sources) as source from stray) o
join begun b using (platform, source)
group by b.scope, o.platform, o.sources
having count(*) = len(o.sources);
