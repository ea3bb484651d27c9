-- topic_query_coverage: one row per day, platform and topic that searches led to: how evenly its searches were run, seven days against the 28 before
create or replace temp table query_reading as
select distinct platform, query, shanghai_day(captured_at) as day
from raw_posts
where query is not null
    and shanghai_day(captured_at)
        between cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35 and cast(getvariable('as_of') as date)
union
-- a search that found nothing was run all the same
select platform, query, day
from (
    select s.platform, s.query, shanghai_day(s.asked_at) as day
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

-- a topic is of a search when that led to a tenth of its documents, and of searches at all when they led to half of them
create or replace temp table topic_query as
with led as (
    select t.platform, t.topic_id, p.query, count(*) as n
    from mart_topic_doc t
    left join core_posts p on t.subject_kind = 'post' and p.subject_id = t.subject_id
    where t.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
        and t.platform in (select platform from query_reading)
    group by all
),
weighed as (
    select
        *, n / sum(n) over own as share, coalesce(sum(n) filter (where query is not null) over own, 0) / sum(n) over own as led
    from led
    window own as (partition by platform, topic_id)
)
select platform, topic_id, query from weighed where query is not null and share >= 0.1 and led >= 0.5;

create or replace temp table topic_query_coverage as
select
    s.day, coalesce(q.platform, 'all') as platform, q.topic_id,
    -- a search begun or ended within the five weeks changes what is found as much as one that failed
    least(sum(s.n_now), sum(s.n_usual)) / nullif(greatest(sum(s.n_now), sum(s.n_usual)), 0) as query_coverage
from topic_query q
join query_span s using (platform, query)
group by grouping sets ((s.day, q.platform, q.topic_id), (s.day, q.topic_id))
-- searches never run before say nothing of what is usual
having sum(s.n_usual) > 0;
