-- mart_topic_velocity: one row per week, platform and topic: growth of its authors against the week before, with interval
create or replace table mart_topic_velocity as
with compared as (
    select
        e.week, e.platform, e.pair_coverage,
        e.n_docs - coalesce(x.n_docs, 0) as e_cur, b.n_docs - coalesce(y.n_docs, 0) as e_prev
    from exposure_week e
    join exposure_week b on b.platform = e.platform and b.week = e.week - 7
    left join pair_exposure x on x.platform = e.platform and x.pair_week = e.week and x.week = e.week
    left join pair_exposure y on y.platform = e.platform and y.pair_week = e.week and y.week = e.week - 7
    where e.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
-- platform_read: one row per week and platform: documents of it and of the week before that count over all platforms
platform_read as (
    select
        e.week, e.platform, e.n_docs - coalesce(x.n_docs, 0) as e_cur, b.n_docs - coalesce(y.n_docs, 0) as e_prev
    from exposure_week e
    join exposure_week b on b.platform = e.platform and b.week = e.week - 7
    left join pair_platform_exposure x on x.platform = e.platform and x.pair_week = e.week and x.week = e.week
    left join pair_platform_exposure y on y.platform = e.platform and y.pair_week = e.week and y.week = e.week - 7
    where e.platform <> 'all' and e.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
-- a platform that is read more deeply makes no topic of it fast: over all of them each part of a topic is expected to
-- grow as the documents of its platform did, with two documents a week spread as all are: growth below counts two authors more
platform_part as (
    select w.week, t.platform, t.topic_id, t.n_docs
    from topic_week t, unnest([week, week + 7]) w(week)
    where t.platform <> 'all' and w.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
        and w.week <= cast(getvariable('as_of') as date)
    union all
    select l.pair_week, l.platform, d.topic_id, -count(*)
    from pair_left_out l
    join mart_topic_doc d using (subject_kind, subject_id)
    where l.scope = 'all' and l.is_primary and d.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 7
    group by all
),
spread as (
    select
        p.week, p.topic_id,
        spread_documents(p.n_docs, r.e_cur, r.e_cur + r.e_prev) as part_cur,
        spread_documents(p.n_docs, r.e_prev, r.e_cur + r.e_prev) as part_prev,
        -- a platform that was not read in both weeks tells nothing of growth
        (coalesce(sum(p.n_docs) filter (where r.e_cur > 0 and r.e_prev > 0), 0) / nullif(sum(p.n_docs), 0))::double as topic_coverage
    from (select week, platform, topic_id, sum(n_docs) as n_docs from platform_part group by all) p
    join platform_read r using (week, platform)
    where r.e_cur + r.e_prev > 0
    group by all
),
-- documents of the sources that were read in both weeks: one that joins or ends makes no topic fast
pairs as (
    select
        e.week, e.platform, t.topic_id,
        coalesce(j.n_authors, c.n_authors, 0) as x_cur, coalesce(l.n_authors, p.n_authors, 0) as x_prev,
        e.e_cur, e.e_prev,
        least(e.pair_coverage, s.topic_coverage) as coverage, coalesce(j.n_docs, c.n_docs, 0) as n_docs,
        coalesce(k.dispersion, 0.25) as dispersion,
        coalesce(
            (s.part_cur + 4 * e.e_cur / (e.e_cur + e.e_prev)) / (s.part_prev + 4 * e.e_prev / (e.e_cur + e.e_prev)), e.e_cur / e.e_prev
        ) as read_growth
    from compared e
    join (select distinct platform, topic_id, w.week
          from topic_week, unnest([week, week + 7]) w(week)) t on t.platform = e.platform and t.week = e.week
    left join topic_week c on c.week = e.week and c.platform = e.platform and c.topic_id = t.topic_id
    left join topic_week p on p.week = e.week - 7 and p.platform = e.platform and p.topic_id = t.topic_id
    left join pair_topic j on j.pair_week = e.week and j.week = e.week and j.platform = e.platform and j.topic_id = t.topic_id
    left join pair_topic l on l.pair_week = e.week and l.week = e.week - 7 and l.platform = e.platform and l.topic_id = t.topic_id
    left join topic_dispersion k on k.platform = e.platform and k.topic_id = t.topic_id
    left join spread s on e.platform = 'all' and s.week = e.week and s.topic_id = t.topic_id
    where e.e_cur > 0 and e.e_prev > 0
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
        least(q.query_coverage, o.query_coverage) as query_coverage,
        ln((x_cur + 2) / (x_prev + 2)) - ln(read_growth) as v_log,
        sqrt(1 / (x_cur + 2) + 1 / (x_prev + 2) + 2 * dispersion / 7) as se
    from pairs
    left join topic_query_coverage q on q.day = pairs.week and q.platform = pairs.platform and q.topic_id = pairs.topic_id
    left join platform_query_coverage o on o.day = pairs.week and o.platform = pairs.platform
),
-- one-sided p that its authors did not become fewer
judged as (
    select
        *,
        case
            when x_cur + x_prev < 20 then 'low_support'
            when is_thin(coverage, query_coverage) then 'low_coverage'
            else 'ok'
        end as status,
        lower_tail(v_log / se) as p_fall
    from measured
),
-- Benjamini-Hochberg over the topics that can be told of, a few of all; of like p the last rank counts
ranked as (
    select
        week, platform, topic_id, p_fall,
        p_fall * count(*) over family / count(*) over (family order by p_fall) as scaled
    from judged
    where status = 'ok'
    window family as (partition by week, platform)
),
valued as (
    select
        week, platform, topic_id,
        least(1, min(scaled) over (partition by week, platform order by p_fall desc)) as q_value
    from ranked
)
select
    week, platform, topic_id, x_cur, x_prev, e_cur, e_prev, read_growth,
    v_log, v_log - 1.96 * se as v_lo, v_log + 1.96 * se as v_hi,
    100 * (exp(v_log) - 1) as pct,
    case when v_log - 1.96 * se > 0 then 7 * ln(2) / v_log end as doubling_days,
    q_value,
    null::double as event_q_value, null::varchar as event_id,
    status,
    festival, query_coverage, coverage, n_docs, getvariable('run_id') as run_id, 10 as metric_ver
from judged
left join valued using (week, platform, topic_id)
left join holiday using (week)
order by week, platform, topic_id;
