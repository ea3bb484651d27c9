-- topic_week: one row per seven days, platform and topic of the last half year; weeks end on the as-of day and are named by it
create or replace temp table topic_week as
select
    week,
    coalesce(platform, 'all') as platform,
    topic_id,
    count(*) filter (where is_primary) as n_docs,
    count(distinct coalesce(author_key, subject_id)) as n_authors
from (select *, week_of(day) as week from mart_topic_doc where day > cast(getvariable('as_of') as date) - 7 * 28)
group by grouping sets ((week, platform, topic_id), (week, topic_id));

create or replace temp table exposure_week as
select week_of(day) as week, platform, sum(n_docs) as n_docs, avg(coverage) as coverage, count(*) filter (where n_docs > 0) as n_days
from mart_exposure_day
where day > cast(getvariable('as_of') as date) - 7 * 28
group by all;
