-- call_pair: one row per topic and pair of weeks that its grade compares: that of the call and the one checked, or both as long before
create or replace temp table call_pair as
select distinct topic_id, week_called as first_week, checked_week as last_week, false as is_past
from call_check
where call in ('rising', 'rising_day', 'new', 'fading', 'seasonal')
union
select topic_id, week_called, checked_week, false
from uncalled
union all
select distinct topic_id, week_called - shift_days::integer, checked_week - shift_days::integer, true
from call_check
where call = 'seasonal';

-- call_source: one row per pair of weeks and source: whether a level of the first week is of it, and whether it counts in both
create or replace temp table call_source as
with counted as (
    select
        s.first_week, s.last_week, s.is_past, p.platform, p.source,
        bool_or(s.first_week between p.counts_from_all and coalesce(p.counts_until, date '9999-12-31')) as is_first,
        bool_or(s.last_week between p.counts_from_all and coalesce(p.counts_until, date '9999-12-31')) as is_last
    from (select distinct first_week, last_week, is_past from call_pair) s
    cross join mart_source_panel p
    group by all
)
select
    first_week, last_week, is_past, platform, source,
    -- a level of a year ago is of all that was read
    is_first or is_past as does_level, is_first and is_last as does_count
from counted
window pair as (partition by first_week, last_week, is_past)
-- where none counts, all that there are do
qualify bool_or(is_first) over pair and bool_or(is_last) over pair;

-- as variables, the days of such weeks keep the documents of all others unread
set variable call_first = (select least(min(first_week), min(last_week)) - 6 from call_source);
set variable call_last = (select greatest(max(first_week), max(last_week)) from call_source);

-- call_stray: one row per document of such weeks that only sources brought which do not count in both weeks of some pair, with those sources
create or replace temp table call_stray as
with window_load as (
    select distinct c.platform, c.source, c.does_count, l.load_seq
    from (select *, unnest([first_week, last_week]) as week from call_source) c
    join load_ledger g using (source)
    join work_source_load l on l.load_seq = g.load_seq and l.platform = c.platform
    where l.first_day <= c.week and l.last_day > c.week - 7
),
suspect as (
    select distinct platform, source from window_load where not does_count
),
window_day as (
    select distinct week - d.back::integer as day
    from (select unnest([first_week, last_week]) as week from call_source), range(7) d(back)
),
brought as (
    select r.subject_kind, r.subject_id, list_sort(list(distinct g.source)) as sources
    from document_read r
    join (select distinct platform, load_seq from window_load where platform in (select platform from suspect)) w using (platform, load_seq)
    join load_ledger g using (load_seq)
    left join suspect s on s.platform = r.platform and s.source = g.source
    where r.captured_at >= day_begin((select min(day) from window_day)) and shanghai_day(r.moment) in (select day from window_day)
    group by r.subject_kind, r.subject_id
    having count(*) = count(s.source)
)
select d.subject_kind, d.subject_id, d.day, d.is_primary, d.platform, b.sources
from brought b
join work_document d using (subject_kind, subject_id)
where d.day between getvariable('call_first') and getvariable('call_last');

-- call_out: one row per pair of weeks and set of sources that do not count in both of them
create or replace temp table call_out as
select c.first_week, c.last_week, c.is_past, o.platform, o.sources, bool_or(c.does_level) as does_level
from (select distinct platform, sources, unnest(sources) as source from call_stray) o
join call_source c using (platform, source)
where not c.does_count
group by c.first_week, c.last_week, c.is_past, o.platform, o.sources
having count(*) = len(o.sources);

-- call_left_out: one row per pair of weeks, topic ('' is all of them) and platform with documents that do not count in both: how many they are
create or replace temp table call_left_out as
with counted as (
    select '' as topic_id, platform, sources, day, count(*) as n_docs
    from call_stray
    where is_primary
    group by all
    union all
    select d.topic_id, s.platform, s.sources, s.day, count(*)
    from call_stray s
    join mart_topic_doc d on d.subject_kind = s.subject_kind and d.subject_id = s.subject_id and d.day = s.day
    where s.is_primary and d.topic_id in (select topic_id from call_pair)
    group by all
)
select
    o.first_week, o.last_week, o.is_past, n.topic_id, o.platform,
    coalesce(sum(n_docs) filter (where not does_level and day between first_week - 6 and first_week), 0) as n_unlevelled,
    coalesce(sum(n_docs) filter (where day between first_week - 6 and first_week), 0) as n_first,
    coalesce(sum(n_docs) filter (where day between last_week - 6 and last_week), 0) as n_last
from call_out o
join counted n using (platform, sources)
group by all;

-- call_part: one row per pair of weeks, topic ('' is all of them) and platform: documents of both weeks that count in both
create or replace temp table call_part as
with counted as (
    select p.first_week, p.last_week, p.is_past, '' as topic_id, e.platform, e.day, e.n_docs
    from (select distinct first_week, last_week, is_past from call_pair) p
    join mart_exposure_day e on e.day between p.first_week - 6 and p.last_week
    union all
    select p.first_week, p.last_week, p.is_past, p.topic_id, d.platform, d.day, d.n_docs
    from call_pair p
    join mart_topic_day d on d.topic_id = p.topic_id and d.day between p.first_week - 6 and p.last_week
)
select
    c.first_week, c.last_week, c.is_past, c.topic_id, c.platform,
    coalesce(sum(c.n_docs) filter (where c.day <= c.first_week), 0) as n_first,
    coalesce(sum(c.n_docs) filter (where c.day > c.last_week - 7), 0) as n_last
from counted c
where c.platform <> 'all' and (c.day <= c.first_week or c.day > c.last_week - 7)
group by all;

-- call_level: one row per topic and pair of weeks: its documents and all in the later one, of the sources of both, and how much of what the
-- level was taken from those are not
create or replace temp table call_level as
with kept as (
    select
        p.*, coalesce(l.n_unlevelled, 0) as n_unlevelled, coalesce(l.n_first, 0) as n_first_out,
        p.n_first - coalesce(l.n_first, 0) as n_first_kept, p.n_last - coalesce(l.n_last, 0) as n_last_kept
    from call_part p
    left join call_left_out l using (first_week, last_week, is_past, topic_id, platform)
),
total as (
    select
        first_week, last_week, is_past, topic_id, sum(n_first_kept) as n_first, sum(n_last_kept) as n_last,
        (sum(n_first_out) - sum(n_unlevelled)) / nullif(sum(n_first) - sum(n_unlevelled), 0) as part_lost
    from kept
    group by all
),
-- as in the growth of a week: each part of a topic is expected to grow as the documents of its platform did
spread as (
    select
        t.first_week, t.last_week, t.is_past, t.topic_id,
        spread_documents(t.n_first_kept + t.n_last_kept, e.n_first_kept, e.n_first_kept + e.n_last_kept) as part_first,
        spread_documents(t.n_first_kept + t.n_last_kept, e.n_last_kept, e.n_first_kept + e.n_last_kept) as part_last
    from kept t
    join kept e using (first_week, last_week, is_past, platform)
    where t.topic_id <> '' and e.topic_id = '' and e.n_first_kept + e.n_last_kept > 0
    group by all
)
select
    p.topic_id, p.first_week, p.last_week, p.is_past, coalesce(t.n_last, 0) as x,
    coalesce(
        e.n_first * (s.part_last * (e.n_first + e.n_last) + 2 * e.n_last) / nullif(s.part_first * (e.n_first + e.n_last) + 2 * e.n_first, 0),
        e.n_last
    ) as e,
    greatest(t.part_lost, e.part_lost) as part_lost
from call_pair p
left join total t using (first_week, last_week, is_past, topic_id)
left join spread s using (first_week, last_week, is_past, topic_id)
left join total e
    on e.first_week = p.first_week and e.last_week = p.last_week and e.is_past = p.is_past and e.topic_id = '';
