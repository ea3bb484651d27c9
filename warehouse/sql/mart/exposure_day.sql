-- mart_exposure_day: one row per day and platform: all documents read, and how complete the day is
create or replace temp table document_change as
with compared as (
    select
        n.day as day_now, b.day as day_before,
        n.moment is distinct from b.moment or n.platform is distinct from b.platform
            or n.author is distinct from b.author or n.is_ad is distinct from b.is_ad or n.is_primary is distinct from b.is_primary
            or n.post_id is distinct from b.post_id or n.is_first is distinct from b.is_first
            -- a title that finds its copies may become a story, or one of those that a placebo is drawn from
            or n.wording_key is distinct from b.wording_key as is_counted_anew,
        row(n.likes, n.comments, n.shares, n.collects, n.danmaku, n.views, n.best_rank)
            is distinct from row(b.likes, b.comments, b.shares, b.collects, b.danmaku, b.views, b.best_rank)
            as is_heated_anew
    from document_now n
    full join document_before b using (subject_kind, subject_id)
)
select day, bool_or(is_counted_anew) as is_counted_anew
from (
    select day_now as day, is_counted_anew from compared where is_counted_anew or is_heated_anew
    union all
    select day_before, is_counted_anew from compared where is_counted_anew or is_heated_anew
)
where day is not null
group by day;

delete from work_exposure where day in (select day from document_change where is_counted_anew);
insert into work_exposure
select
    day,
    coalesce(platform, 'all') as platform,
    count(*) filter (where is_primary) as n_docs,
    count(distinct author) filter (where not is_ad) as n_authors
from work_document
where day in (select day from document_change where is_counted_anew) and post_id is null
group by grouping sets ((day, platform), (day));

create or replace temp table exposure_before as select * from mart_exposure_day;
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
