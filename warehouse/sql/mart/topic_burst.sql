-- mart_topic_burst: one row per day, platform, grain (d day, w seven days) and topic that was tested and is anywhere near rising
create or replace table mart_topic_burst as
select
    day, platform, grain, topic_id, x, mu, x / mu as ratio, dispersion, p_value, q_value, m_tested,
    case when q.query_coverage < 0.8 then 'none' else level end as level,
    null::varchar as event_id,
    case
        when least(coverage, q.query_coverage) < 0.8 then 'low_coverage'
        when is_new then 'no_baseline'
        when n_authors < 5 then 'low_support'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id,
    q.query_coverage
from burst_cells
left join topic_query_coverage q using (day, platform, topic_id)
order by day, platform, grain, topic_id;
