-- topic_query_coverage: one row per day, platform and topic that searches led to: how evenly its searches were run, seven days against the 28 before
create or replace temp table query_reading as
select distinct platform, lower(trim(query)) as query, shanghai_day(captured_at) as day
from raw_posts
where query is not null
    and captured_at >= day_begin(cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35)
    and captured_at < day_begin(cast(getvariable('as_of') as date) + 1)
union
-- a search that found nothing was run all the same
select platform, query, day
from (
    select s.platform, lower(trim(s.query)) as query, shanghai_day(s.asked_at) as day
    from crawl_reports, unnest(queries) q(s)
    where s.record_kind = 'posts'
)
where day between cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35 and cast(getvariable('as_of') as date);

create or replace temp table query_span as
with span as (
    select cast(getvariable('as_of') as date) - i::integer as day from range(7 * getvariable('weeks') + 1) r(i)
)
select
    s.day, r.platform, r.query,
    count(*) filter (where r.day > s.day - 7) as n_now,
    count(*) filter (where r.day <= s.day - 7) / 4 as n_usual
from span s
join query_reading r on r.day between s.day - 34 and s.day
group by all;

-- post_query: one row per post that searches led to, with those searches
create or replace temp table post_query as
select platform || ':' || post_id as subject_id, list_sort(list(distinct lower(trim(query)))) as queries
from raw_posts
where query is not null and captured_at >= day_begin(getvariable('weeks_after'))
group by all;

-- query_set_span: one row per day, platform and set of searches that led to a post: how evenly the evenest of them was run
-- a search begun or ended within the five weeks changes what is found as much as one that failed; where none had been run before,
-- nothing says what is usual
create or replace temp table query_set_span as
with one as (
    select distinct split_part(subject_id, ':', 1) as platform, queries, unnest(queries) as query from post_query
),
searched as (
    select day, platform from query_span group by day, platform having sum(n_usual) > 0
)
select
    s.day, s.platform, o.queries,
    max(coalesce(least(q.n_now, q.n_usual) / nullif(greatest(q.n_now, q.n_usual), 0), 0)) as evenness,
    max(coalesce(least(1, q.n_now / nullif(q.n_usual, 0)), 1)) as part_kept
from searched s
join one o using (platform)
left join query_span q on q.day = s.day and q.platform = s.platform and q.query = o.query
group by all;

-- query_led: one row per topic that searches led to (half of its documents on some platform), platform, day and set of searches: documents;
-- topic_id is null for all documents of a platform that is searched
create or replace temp table query_led as
with led as (
    select t.topic_id
    from mart_topic_doc t
    left join post_query q on t.subject_kind = 'post' and q.subject_id = t.subject_id
    where t.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
        and t.platform in (select platform from query_reading)
    group by t.topic_id, t.platform
    having 2 * count(q.queries) >= count(*)
)
select t.topic_id, t.platform, t.day, q.queries, count(*) as n_docs
from mart_topic_doc t
left join post_query q on t.subject_kind = 'post' and q.subject_id = t.subject_id
where t.topic_id in (select topic_id from led)
    and t.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
group by all
union all
select null, d.platform, d.day, q.queries, count(*)
from work_document d
left join post_query q on d.subject_kind = 'post' and q.subject_id = d.subject_id
where d.is_primary and d.post_id is null
    and d.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
    and exists (from query_reading)
group by all;

-- what searches found is even as they were run, all else as it is; the worse of what the week holds and of what is usual
create or replace temp table query_evenness as
with spread as (
    select
        s.day, l.platform, l.topic_id, l.queries,
        coalesce(sum(l.n_docs) filter (where l.day > s.day - 7), 0) as n_now,
        coalesce(sum(l.n_docs) filter (where l.day <= s.day - 7), 0) as n_usual
    from (select distinct day from query_span) s
    join query_led l on l.day between s.day - 34 and s.day
    group by all
),
weighed as (
    select
        s.*, case when s.queries is null then 1 else e.evenness end as evenness,
        case when s.queries is null then 1 else e.part_kept end as part_kept, e.evenness is not null as is_judged
    from spread s
    left join query_set_span e using (day, platform, queries)
)
select
    day, coalesce(platform, 'all') as platform, topic_id,
    -- decimals, since a sum of doubles depends on the order of its rows
    least(
        sum(cast(n_now * evenness as decimal(18, 6)))::double / nullif(sum(n_now) filter (where evenness is not null), 0),
        sum(cast(n_usual * evenness as decimal(18, 6)))::double / nullif(sum(n_usual) filter (where evenness is not null), 0)
    ) as query_coverage,
    sum(cast(n_usual * part_kept as decimal(18, 6)))::double / nullif(sum(n_usual) filter (where part_kept is not null), 0) as kept_coverage
from weighed
group by grouping sets ((day, platform, topic_id), (day, topic_id))
having bool_or(is_judged);

create or replace temp table topic_query_coverage as
select day, platform, topic_id, query_coverage from query_evenness where topic_id is not null and query_coverage is not null;

-- platform_query_coverage: one row per day and platform that searches led to documents of: the same for all its documents, and which part of
-- what is usual came by searches that go on: what one brought that ended makes all else seem to rise, what a new one brings only to fall
create or replace temp table platform_query_coverage as
select day, platform, query_coverage, kept_coverage from query_evenness where topic_id is null and query_coverage is not null;
