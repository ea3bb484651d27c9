-- stage_panel: one row per scope (a platform, or `all`) and week of stages that some source does not count in: from when its history is read
-- stage_source: one row per scope, week of stages and source of it: since when it had been read then; null where it was not
create or replace temp table stage_source as
with scoped as (
    select unnest([platform, 'all']) as scope, platform, source, first_day, counts_until from mart_source_panel
),
judged as (
    select cast(getvariable('as_of') as date) - 7 * i::integer as week from range(getvariable('weeks')) w(i)
)
select
    s.scope, j.week, s.platform, s.source,
    max(s.first_day) filter (where j.week between s.first_day and coalesce(s.counts_until, date '9999-12-31')) as read_from
from judged j
cross join scoped s
group by s.scope, j.week, s.platform, s.source;

-- stage_weight: one row per week, platform and source: documents that it read, of platforms whose sources did not all begin together
create or replace temp table stage_weight as
with uneven as (
    select platform
    from stage_source
    where scope in (
        select scope from stage_source group by scope
        having max(read_from) > greatest(min(read_from), getvariable('weeks_after')) + 3
    )
)
select week_of(shanghai_day(r.captured_at)) as week, r.platform, g.source, count(distinct hash(r.subject_id)) as n_docs
from document_read r
join load_ledger g using (load_seq)
where r.platform in (select platform from uneven)
    and r.captured_at >= day_begin(cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 48)
    and r.captured_at < day_begin(cast(getvariable('as_of') as date) + 1)
group by all;

-- a stage compares half a year: its panel is of sources read for the eight weeks that it needs, and of those as young ones as it takes for
-- four fifths of their documents; what is younger waits, and weeks before the youngest of the panel are not read
create or replace temp table stage_choice as
with settled as (
    select *, coalesce(read_from <= greatest(week - 55, min(read_from) over (partition by scope, week)), false) as is_settled
    from stage_source
),
weighed as (
    select s.*, coalesce(sum(w.n_docs), 0) as n_docs
    from settled s
    left join stage_weight w on w.platform = s.platform and w.source = s.source and w.week between s.week - 49 and s.week
    group by all
),
placed as (
    select
        *, sum(n_docs) filter (where is_settled) over (partition by scope, week) as n_all,
        sum(n_docs) filter (where is_settled) over (partition by scope, week order by read_from) as n_older
    from weighed
),
begun as (
    select
        *, min(read_from) filter (where is_settled and 5 * n_older >= 4 * n_all) over (partition by scope, week) as panel_from,
        min(read_from) over (partition by scope, week) as oldest
    from placed
)
select
    scope, week, platform, source,
    coalesce(read_from <= greatest(panel_from, getvariable('weeks_after')) + 3, false) as does_count,
    case when panel_from > greatest(oldest, getvariable('weeks_after')) + 3 then panel_from end as history_from
from begun;

create or replace temp table stage_gap as
select scope, week, platform, source
from stage_choice
-- where none is read any more, all that were are what there is
qualify not does_count and bool_or(does_count) over (partition by scope, week);

create or replace temp table stage_panel as
select
    scope, week, max(history_from) as history_from,
    dense_rank() over (partition by scope order by max(history_from), list_sort(list(row(platform, source)) filter (where is_gap))) as panel
from (select c.*, g.source is not null as is_gap from stage_choice c left join stage_gap g using (scope, week, platform, source))
group by scope, week
having bool_or(is_gap) or max(history_from) is not null;

-- stage_left_out: one row per scope, panel and document that only sources brought which do not count in it
create or replace temp table stage_left_out as
with suspect as (
    select distinct l.load_seq, g.platform, g.source
    from (select distinct platform, source from stage_gap) g
    join load_ledger l using (source)
),
brought as (
    select subject_kind, subject_id, list_sort(list(distinct s.source)) as sources
    from document_read r
    left join suspect s using (platform, load_seq)
    where r.platform in (select platform from suspect) and r.captured_at > getvariable('weeks_after')::timestamp
    group by subject_kind, subject_id
    having count(*) = count(s.source)
),
stray as (
    select d.subject_kind, d.subject_id, d.platform, d.is_primary, week_of(d.day) as week, b.sources
    from brought b
    join work_document d using (subject_kind, subject_id)
    where d.day > getvariable('weeks_after')
),
gap as (
    select distinct p.scope, p.panel, g.platform, g.source from stage_panel p join stage_gap g using (scope, week)
),
left_out as (
    select g.scope, g.panel, o.platform, o.sources
    from (select distinct platform, sources, unnest(sources) as source from stray) o
    join gap g using (platform, source)
    group by g.scope, g.panel, o.platform, o.sources
    having count(*) = len(o.sources)
)
select l.scope, l.panel, s.platform, s.subject_kind, s.subject_id, s.week, s.is_primary
from stray s
join left_out l using (platform, sources);

-- as variables, the days that they are of keep the rows of all others unread
set variable stage_first = (select min(week) - 6 from stage_left_out);
set variable stage_last = (select max(week) from stage_left_out);

-- stage_exposure: one row per scope, panel and week with documents that do not count: how many those are
create or replace temp table stage_exposure as
select scope as platform, panel, week, count(*) filter (where is_primary) as n_docs
from stage_left_out
group by all;

-- stage_platform_exposure: the same for `all`, by platform of the documents
create or replace temp table stage_platform_exposure as
select panel, platform, week, count(*) filter (where is_primary) as n_docs
from stage_left_out
where scope = 'all'
group by all;

-- stage_topic: one row per scope, panel, week and topic with documents that do not count: what is left without those
create or replace temp table stage_topic (
    platform varchar, panel bigint, week date, topic_id varchar, n_docs bigint, n_authors bigint
);
