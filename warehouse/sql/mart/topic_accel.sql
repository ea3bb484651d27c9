-- mart_topic_accel: one row per week, platform and topic with 40 authors in three weeks: change of its velocity
create or replace table mart_topic_accel as
with paired as (
    select
        c.week, c.platform, c.topic_id,
        c.v_log - p.v_log as acc,
        -- the middle week stands in both velocities, so its error counts twice over
        sqrt(
            1 / (c.x_cur + 2) + 4 / (c.x_prev + 2) + 1 / (p.x_prev + 2) + 6 * coalesce(k.dispersion, 0.25) / 7
        ) as se,
        c.x_cur + c.x_prev + p.x_prev as n_authors,
        c.n_docs + p.n_docs + coalesce(b.n_docs, 0) as n_docs,
        least(c.coverage, p.coverage) as coverage, least(c.query_coverage, p.query_coverage) as query_coverage
    from mart_topic_velocity c
    join mart_topic_velocity p
        on p.week = c.week - 7 and p.platform = c.platform and p.topic_id = c.topic_id
    left join topic_week b on b.week = c.week - 14 and b.platform = c.platform and b.topic_id = c.topic_id
    left join topic_dispersion k on k.platform = c.platform and k.topic_id = c.topic_id
)
select
    week, platform, topic_id, acc, acc - 1.96 * se as acc_lo, acc + 1.96 * se as acc_hi,
    case when is_thin(coverage, query_coverage) then 'low_coverage' else 'ok' end as status,
    n_docs, n_authors, query_coverage, coverage, getvariable('run_id') as run_id, 8 as metric_ver
from paired
where n_authors >= 40
order by week, platform, topic_id;
