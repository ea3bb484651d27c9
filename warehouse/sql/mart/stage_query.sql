-- stage_query: one row per week of stages, platform and topic that searches led to: which part of its documents is of searches that its history
-- can be compared by; topic_id is null for all documents of a platform
-- (a search that began less than twelve weeks ago is in fewer than half of the weeks that a base is the median of; what one found that has not
-- been run for four weeks is found no more)
create or replace temp table stage_query as
with known as (
    select
        j.week, s.platform, s.query, min(s.day) <= j.week - 84 as is_old, max(s.day) > j.week - 28 as is_run
    from (select cast(getvariable('as_of') as date) - 7 * i::integer as week from range(getvariable('weeks')) w(i)) j
    join query_run s on s.day <= j.week
    group by j.week, s.platform, s.query
),
-- where none was run before, or none is run now, the others are what there is
usual as (
    select week, platform, bool_or(is_old) as has_old, bool_or(is_run) as has_run
    from known
    group by all
),
set_week as (
    select
        u.week, o.platform, o.queries,
        any_value(u.has_old) and not bool_or(coalesce(k.is_old, false)) as is_young,
        any_value(u.has_run) and not bool_or(coalesce(k.is_run, false)) as is_over
    from query_set o
    join usual u using (platform)
    left join known k on k.week = u.week and k.platform = o.platform and k.query = o.query
    group by u.week, o.platform, o.queries
),
flagged as (
    select distinct platform, queries, dense_rank() over (order by platform, queries)::integer as class
    from set_week
    where is_young or is_over
),
post_flag as (
    select q.subject_id, f.class
    from post_query q
    join flagged f on f.platform = split_part(q.subject_id, ':', 1) and f.queries = q.queries
),
touched as (
    select distinct t.topic_id
    from mart_topic_doc t
    join post_flag q on t.subject_kind = 'post' and q.subject_id = t.subject_id
    where t.topic_id in (select topic_id from led_topic) and t.day > getvariable('weeks_after')
),
led as (
    select t.topic_id, t.platform, week_of(t.day) as week, coalesce(q.class, 0) as class, count(*) as n_docs
    from mart_topic_doc t
    left join post_flag q on t.subject_kind = 'post' and q.subject_id = t.subject_id
    where t.topic_id in (select topic_id from touched) and t.day > getvariable('weeks_after')
    group by all
    union all
    select null, d.platform, week_of(d.day), coalesce(q.class, 0), count(*)
    from work_document d
    left join post_flag q on d.subject_kind = 'post' and q.subject_id = d.subject_id
    where d.is_primary and d.post_id is null and d.day > getvariable('weeks_after') and exists (from flagged)
    group by all
),
class_week as (
    select s.week, f.class, s.is_young, s.is_over
    from set_week s
    join flagged f using (platform, queries)
),
compared as (
    select
        j.week, l.platform, l.topic_id, l.n_docs, l.week > j.week - 14 as is_level, coalesce(s.is_young, false) as is_young,
        coalesce(s.is_over, false) as is_over
    from (select distinct week from usual) j
    join led l on l.week <= j.week and (l.week > j.week - 14 or l.week between j.week - 140 and j.week - 21)
    left join class_week s on s.week = j.week and s.class = l.class
)
select
    week, coalesce(platform, 'all') as platform, topic_id,
    1 - greatest(
        coalesce(sum(n_docs) filter (where is_level and is_young), 0) / nullif(sum(n_docs) filter (where is_level), 0),
        coalesce(sum(n_docs) filter (where not is_level and is_over), 0) / nullif(sum(n_docs) filter (where not is_level), 0)
    ) as query_coverage
from compared
group by grouping sets ((week, platform, topic_id), (week, topic_id))
having bool_or(is_young or is_over);
