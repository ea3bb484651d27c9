-- mart_exposure_day: one row per day and platform: all documents read, and how complete the day is
create or replace temp table exposure_change as
select day
from document_now n
anti join document_before b
    on b.subject_id = n.subject_id and b.subject_kind = n.subject_kind and b.day = n.day
    and b.platform = n.platform and b.author = n.author and b.is_primary = n.is_primary
union
select day
from document_before b
anti join document_now n
    on b.subject_id = n.subject_id and b.subject_kind = n.subject_kind and b.day = n.day
    and b.platform = n.platform and b.author = n.author and b.is_primary = n.is_primary;
delete from work_exposure where day in (select day from exposure_change);
insert into work_exposure
select
    day,
    coalesce(platform, 'all') as platform,
    count(*) filter (where is_primary) as n_docs,
    count(distinct author) as n_authors
from work_document
where day in (select day from exposure_change)
group by grouping sets ((day, platform), (day));

create or replace table mart_exposure_day as
with span as (
    select platform, min(day) as first_day from work_exposure group by platform
),
calendar as (
    select
        platform,
        unnest(generate_series(
            first_day::timestamp, cast(getvariable('as_of') as date)::timestamp, interval 1 day
        ))::date as day
    from span
),
filled as (
    select day, platform, coalesce(n_docs, 0) as n_docs, coalesce(n_authors, 0) as n_authors
    from calendar
    left join work_exposure using (day, platform)
)
select
    *,
    -- two standard deviations of leeway: a small platform's chance is no gap in its crawl
    case
        when n_docs = 0 then 0.0
        else least(1.0, coalesce(
            (n_docs + 2 * sqrt(n_docs)) / median(nullif(n_docs, 0)) over (
                partition by platform order by day rows between 28 preceding and 1 preceding
            ), 1.0))
    end as coverage
from filled
order by day, platform;
