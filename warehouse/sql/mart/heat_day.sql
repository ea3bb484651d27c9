-- heat_platform: one row per day and platform whose shares of heat count over all platforms: of 30 documents or half as many as the most read,
-- and not read thinly where any is not: the share of one document is no share of a day
create or replace temp table heat_platform as
with told as (
    select 'now' as build, day, platform, n_docs, coverage from mart_exposure_day
    union all
    select 'before', day, platform, n_docs, coverage from exposure_before
),
even as (
    select *
    from told
    where platform <> 'all' and n_docs > 0 and day > getvariable('cells_after')
    qualify not is_thin(coverage, null) or bool_and(is_thin(coverage, null)) over (partition by build, day)
)
select build, day, platform
from even
qualify n_docs >= least(30, max(n_docs) over (partition by build, day) / 2);

-- heat_gap: one row per day on which a platform that usually counts was not read, or hardly: the mean of the others is no figure of that
-- series. Usual is what counted on a week of the 28 days before, so that one that begins holds nothing up before it was read for a while,
-- and one that ended does so for three weeks
create or replace temp table heat_gap as
with told as (
    select 'now' as build, day, platform, coverage from mart_exposure_day
    union all
    select 'before', day, platform, coverage from exposure_before
),
usual as (
    select
        t.build, t.day, t.coverage, h.platform is not null as does_count,
        count(h.platform) over (
            partition by t.build, t.platform order by t.day range between interval 28 days preceding and interval 1 day preceding
        ) as n_counted
    from told t
    left join heat_platform h using (build, day, platform)
    where t.platform <> 'all' and t.day > getvariable('cells_after')
)
select distinct build, day
from usual
where not does_count and is_thin(coverage, null) and n_counted >= 7;

-- heat_day: one row per day whose heat is counted again: a document or label changed, or a weight of its month
create or replace temp table heat_day as
select day from restated_day where day > getvariable('cells_after')
union
select day from document_change where day > getvariable('cells_after')
union
-- a day's coverage hangs on the days before it, and with it which platforms count
select day
from (select day, platform from heat_platform group by day, platform having count(*) = 1)
union
select h.day
from work_heat_day h
join (
    select coalesce(n.month, b.month) as month, coalesce(n.platform, b.platform) as platform
    from mart_engagement_weight n
    full join weight_before b using (month, platform)
    where n is distinct from b
) w on w.platform = h.platform and w.month = date_trunc('month', h.day)
where h.day > getvariable('cells_after');

-- read_before: one row per day and platform, or all of them, that had documents then
create or replace temp table read_before as
select distinct day, unnest([platform, 'all']) as platform
from work_heat_day
where heat > 0 and day in (select day from heat_day);

delete from work_heat_day where day in (select day from heat_day) or day <= getvariable('cells_after');

create or replace temp table heat_before as
select * from work_heat_cell
where day in (select day from heat_day) or topic_id in (select topic_id from topic_move);

delete from work_heat_cell
where day in (select day from heat_day) or topic_id in (select topic_id from topic_move)
    or day <= getvariable('cells_after');

create or replace temp table heat_now (
    day date, platform varchar, topic_id varchar, n_docs bigint, plays bigint, engagement bigint,
    search_score decimal(38, 12), heat_share_bp decimal(18, 6), loudest double, n_counted bigint
);
