-- mart_topic_burst: one row per day, platform, grain (d day, w seven days) and topic that was tested and is anywhere near rising
create or replace table mart_topic_burst as
with valued as (
    select b.*, coalesce(e.event_q_value, b.q_value) as event_q_value
    from burst_judged b
    left join burst_value e using (grain, day, panel_first, platform, topic_id)
),
-- a day that one account made, or that was hardly read, is none of an alert's two
looked_back as (
    select
        *, count(*) filter (where level <> 'none' and event_q_value <= 0.1) over (
            partition by grain, platform, panel_first, topic_id
            order by day range between interval 2 days preceding and current row
        ) as n_close
    from valued
)
select
    day, platform, grain, topic_id, x, mu, x / mu as ratio, dispersion, p_value, q_value, event_q_value, m_tested,
    case
        when level = 'alert' and event_q_value <= 0.1 and n_close >= 2 then 'alert'
        when level = 'none' or event_q_value > 0.2 then 'none'
        when event_q_value <= 0.05 then 'signal'
        else 'hint'
    end as level,
    null::varchar as event_id,
    case
        when is_thin(coverage, query_coverage) then 'low_coverage'
        when is_few or (not is_new and n_authors < 5) then 'low_support'
        when is_new then 'no_baseline'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id,
    query_coverage, effective_authors, loudest_share, coverage, n_authors, exposure, promotion, 11 as metric_ver
from looked_back
where day >= panel_first
order by day, platform, grain, topic_id;
