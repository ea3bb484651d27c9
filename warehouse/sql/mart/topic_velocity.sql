-- mart_topic_velocity: one row per week, platform and topic: growth of its authors against the week before, with interval
create or replace table mart_topic_velocity as
with pairs as (
    select
        e.week, e.platform, t.topic_id,
        coalesce(c.n_authors, 0) as x_cur, coalesce(p.n_authors, 0) as x_prev,
        e.n_docs as e_cur, b.n_docs as e_prev,
        e.pair_coverage as coverage, coalesce(c.n_docs, 0) as n_docs,
        coalesce(k.dispersion, 0.25) as dispersion
    from exposure_week e
    join exposure_week b on b.platform = e.platform and b.week = e.week - 7
    join (select distinct platform, topic_id, w.week
          from topic_week, unnest([week, week + 7]) w(week)) t on t.platform = e.platform and t.week = e.week
    left join topic_week c on c.week = e.week and c.platform = e.platform and c.topic_id = t.topic_id
    left join topic_week p on p.week = e.week - 7 and p.platform = e.platform and p.topic_id = t.topic_id
    left join topic_dispersion k on k.platform = e.platform and k.topic_id = t.topic_id
    where e.n_docs > 0 and b.n_docs > 0 and e.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
-- weeks around a lunar festival are compared with weeks that are not
holiday as (
    select e.week, arg_min(f.festival, row(f.festival <> 'chinese_new_year', f.day)) as festival
    from (select distinct week from exposure_week) e
    join mart_festival f on f.day between e.week - 13 and e.week + 1
    group by e.week
),
measured as (
    select
        pairs.*,
        q.query_coverage,
        ln((x_cur + 2) / e_cur) - ln((x_prev + 2) / e_prev) as v_log,
        sqrt(1 / (x_cur + 2) + 1 / (x_prev + 2) + 2 * dispersion / 7) as se
    from pairs
    left join topic_query_coverage q on q.day = pairs.week and q.platform = pairs.platform and q.topic_id = pairs.topic_id
)
select
    week, platform, topic_id, x_cur, x_prev, e_cur, e_prev,
    v_log, v_log - 1.96 * se as v_lo, v_log + 1.96 * se as v_hi,
    100 * (exp(v_log) - 1) as pct,
    case when v_log - 1.96 * se > 0 then 7 * ln(2) / v_log end as doubling_days,
    case
        when x_cur + x_prev < 20 then 'low_support'
        when is_thin(coverage, query_coverage) then 'low_coverage'
        else 'ok'
    end as status,
    festival, query_coverage, coverage, n_docs, getvariable('run_id') as run_id, 3 as metric_ver
from measured
left join holiday using (week)
order by week, platform, topic_id;
