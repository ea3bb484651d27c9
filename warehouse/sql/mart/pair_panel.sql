-- pair_left_out: one row per scope (a platform, or `all`), week whose growth is told and document of it and the week before that only sources
-- brought which do not count at its end
create or replace temp table pair_left_out as
with counted as (
    select unnest([platform, 'all']) as scope, unnest([counts_from, counts_from_all]) as counts_from, counts_until
    from mart_source_panel
),
-- where none counts, as in weeks before the first was read, all that there are do
judged as (
    select distinct c.scope, w.week
    from (select cast(getvariable('as_of') as date) - 7 * i::integer as week from range(getvariable('weeks')) r(i)) w
    join counted c on w.week between c.counts_from and coalesce(c.counts_until, date '9999-12-31')
)
select j.scope, s.platform, j.week as pair_week, s.subject_kind, s.subject_id, week_of(s.day) as week, s.is_primary
from judged j
join stray_panel p on p.scope = j.scope and j.week between p.first_day and p.last_day
join stray s on s.platform = p.platform and s.sources = p.sources and s.day > j.week - 14 and s.day <= j.week;

-- pair_exposure: one row per scope, pair of weeks and week of it with documents that do not count: how many those are
create or replace temp table pair_exposure as
select scope as platform, pair_week, week, count(*) filter (where is_primary) as n_docs
from pair_left_out
group by all;

-- pair_platform_exposure: the same for `all`, by platform of the documents
create or replace temp table pair_platform_exposure as
select platform, pair_week, week, count(*) filter (where is_primary) as n_docs
from pair_left_out
where scope = 'all'
group by all;

-- pair_topic: one row per scope, pair of weeks, week and topic with documents that do not count: what is left without those
create or replace temp table pair_topic (
    platform varchar, pair_week date, week date, topic_id varchar, n_docs bigint, n_authors bigint
);
