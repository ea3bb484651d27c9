-- topic_query_coverage: one row per day, platform and topic that searches led to: how evenly its searches were run, seven days against the 28 before
-- query_run: one row per platform, search and day on which it was run
create or replace temp table query_run as
select distinct platform, fold_query(query) as query, shanghai_day(captured_at) as day
from raw_posts
where query is not null and captured_at < day_begin(cast(getvariable('as_of') as date) + 1)
union
-- a search that found nothing was run all the same
select platform, query, day
from (
    select s.platform, fold_query(s.query) as query, shanghai_day(s.asked_at) as day
    from crawl_reports, unnest(queries) q(s)
    where s.record_kind = 'posts'
)
where day <= cast(getvariable('as_of') as date);

create or replace temp table query_reading as
select * from query_run where day >= cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35;

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
select platform || ':' || post_id as subject_id, list_sort(list(distinct fold_query(query))) as queries
from raw_posts
where query is not null and captured_at >= day_begin(getvariable('weeks_after'))
group by all;

-- query_set: one row per platform, set of searches that led to a post, and search of the set
create or replace temp table query_set as
select distinct split_part(subject_id, ':', 1) as platform, queries, unnest(queries) as query from post_query;

-- query_set_span: one row per day, platform and set of searches that led to a post: how evenly the evenest of them was run
-- a search begun or ended within the five weeks changes what is found as much as one that failed; where none had been run before,
-- nothing says what is usual
create or replace temp table query_set_span as
with searched as (
    select day, platform from query_span group by day, platform having sum(n_usual) > 0
)
select
    s.day, s.platform, o.queries,
    max(evenness_of(q.n_now, q.n_usual)) as evenness,
    max(coalesce(least(1, q.n_now / nullif(q.n_usual, 0)), 1)) as part_kept
from searched s
join query_set o using (platform)
left join query_span q on q.day = s.day and q.platform = s.platform and q.query = o.query
group by all;

-- query_class: one row per platform and set of searches: a number for those that were run alike on every day; 0 for those run evenly, which count as
-- all that no search led to
create or replace temp table query_class as
with course as (
    select
        platform, queries, bool_and(evenness = 1 and part_kept = 1) as is_even,
        list(row(day, evenness, part_kept) order by day) as days
    from query_set_span
    group by platform, queries
)
select platform, queries, case when is_even then 0 else dense_rank() over (order by platform, days) end as class
from course;

-- query_led: one row per topic that searches led to (half of its documents on some platform), platform, day and class of searches: documents;
-- topic_id is null for all documents of a platform
create or replace temp table post_class as
select q.subject_id, coalesce(c.class, 0)::integer as class
from post_query q
left join query_class c on c.platform = split_part(q.subject_id, ':', 1) and c.queries = q.queries;

create or replace temp table led_topic as
select t.topic_id, row_number() over (order by t.topic_id)::integer as number, bool_or(has_uneven) as has_uneven
from (
    select t.topic_id, t.platform, 2 * count(q.subject_id) >= count(*) as is_led, bool_or(coalesce(q.class, 0) <> 0) as has_uneven
    from mart_topic_doc t
    left join post_class q on t.subject_kind = 'post' and q.subject_id = t.subject_id
    where t.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
        and t.platform in (select platform from query_reading)
    group by t.topic_id, t.platform
) t
group by t.topic_id
having bool_or(is_led);

create or replace temp table query_led as
select n.number, t.platform, t.day, coalesce(q.class, 0) as class, count(*) as n_docs
from mart_topic_doc t
join led_topic n using (topic_id)
left join post_class q on t.subject_kind = 'post' and q.subject_id = t.subject_id
where n.has_uneven and t.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
group by n.number, t.platform, t.day, coalesce(q.class, 0)
union all
select 0, d.platform, d.day, coalesce(q.class, 0), count(*)
from work_document d
left join post_class q on d.subject_kind = 'post' and q.subject_id = d.subject_id
where d.is_primary and d.post_id is null
    and d.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 35
    and exists (from query_reading)
group by d.platform, d.day, coalesce(q.class, 0);

-- what searches found is even as they were run, all else as it is; the worse of what the week holds and of what is usual
create or replace temp table query_evenness as
with class_span as (
    select distinct s.day, c.class, s.evenness, s.part_kept
    from query_set_span s
    join query_class c using (platform, queries)
    where c.class <> 0
),
spread as (
    select
        s.day, l.platform, l.number, l.class,
        coalesce(sum(l.n_docs) filter (where l.day > s.day - 7), 0) as n_now,
        coalesce(sum(l.n_docs) filter (where l.day <= s.day - 7), 0) as n_usual
    from (select distinct day from query_set_span) s
    join query_led l on l.day between s.day - 34 and s.day
    group by s.day, l.platform, l.number, l.class
),
weighed as (
    select
        s.*, case when s.class = 0 then 1 else e.evenness end as evenness, case when s.class = 0 then 1 else e.part_kept end as part_kept
    from spread s
    left join class_span e using (day, class)
)
select
    day, coalesce(platform, 'all') as platform, number,
    -- decimals, since a sum of doubles depends on the order of its rows
    least(
        sum(cast(n_now * evenness as decimal(18, 6)))::double / nullif(sum(n_now) filter (where evenness is not null), 0),
        sum(cast(n_usual * evenness as decimal(18, 6)))::double / nullif(sum(n_usual) filter (where evenness is not null), 0)
    ) as query_coverage,
    sum(cast(n_usual * part_kept as decimal(18, 6)))::double / nullif(sum(n_usual) filter (where part_kept is not null), 0) as kept_coverage
from weighed
group by grouping sets ((day, platform, number), (day, number));

create or replace temp table topic_query_coverage as
select e.day, e.platform, n.topic_id, e.query_coverage
from query_evenness e
join led_topic n using (number)
where e.query_coverage is not null
union all
-- led to by searches that were all run evenly
select s.day, p.platform, n.topic_id, 1.0
from led_topic n
cross join (select distinct day from query_set_span) s
cross join (select distinct platform from query_reading union select 'all') p
where not n.has_uneven;

-- platform_query_coverage: one row per day and platform that searches led to documents of: the same for all its documents, and which part of
-- what is usual came by searches that go on: what one brought that ended makes all else seem to rise, what a new one brings only to fall
create or replace temp table platform_query_coverage as
select day, platform, query_coverage, kept_coverage
from query_evenness
where number = 0 and query_coverage is not null and platform in (select platform from query_reading union select 'all');
