-- topic_week: one row per seven days, platform and topic of the last half year; weeks end on the as-of day and are named by it
create or replace temp table topic_week as
select
    week_of(d.day) as week, d.platform, d.topic_id,
    sum(d.n_docs)::bigint as n_docs,
    sum(case week_of(d.day) - d.day
        when 6 then fresh_1 when 5 then fresh_2 when 4 then fresh_3 when 3 then fresh_4
        when 2 then fresh_5 when 1 then fresh_6 else fresh_7
    end)::bigint as n_authors
from mart_topic_day d
join work_topic_speaker s on s.day = d.day and s.platform = d.platform and s.topic_id = d.topic_id
where d.day > getvariable('weeks_after')
group by week, d.platform, d.topic_id;

-- exposure_week: one row per seven days and platform: documents and coverage, which every weekly mart takes from here
create or replace temp table exposure_week as
with summed as (
    select
        week_of(day) as week, platform, sum(n_docs) as n_docs,
        -- decimals, since a sum of doubles depends on the order of its rows; a day before the platform was first read counts as 0
        sum(cast(coverage as decimal(18, 12)))::double / 7 as coverage,
        count(*) filter (where n_docs > 0) as n_days
    from mart_exposure_day
    where day > getvariable('weeks_after')
    group by all
),
-- documents of sources that were not read in the whole of the week before
begun as (
    select week_of(s.day) as week, b.scope as platform, count(*) as n_begun
    from stray s
    join stray_begun b using (platform, sources)
    where s.is_primary and s.day > b.last_before and b.first_day > week_of(s.day) - 13
    group by all
)
select
    s.*,
    least(coverage, lag(coverage) over own, 1 - coalesce(b.n_begun, 0) / nullif(s.n_docs, 0)) as pair_coverage,
    -- growth asks whether every day was read, a share of what was said whether the week was: a platform of few posts a
    -- day, or a file of posts, has days without any
    case
        when n_docs = 0 then 0.0
        else least(1.0, coalesce(
            (n_docs + 2 * sqrt(n_docs)) / median(nullif(n_docs, 0)) over (own rows between 4 preceding and 1 preceding), 1.0
        ))
    end as volume_coverage
from summed s
left join begun b using (week, platform)
window own as (partition by platform order by week);
