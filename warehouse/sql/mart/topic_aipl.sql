-- mart_topic_aipl: one row per week, platform and topic: how far its speakers are from 认知 to 忠诚; it describes speakers, not buyers; the
-- 28 days that end with the week speak where the seven have too few
create or replace table mart_topic_aipl as
select
    week, platform, topic_id, window_days, n_authors, n_cued, n_staged, n_cued / n_authors as cue_coverage,
    a / n as a_share, i / n as i_share, p / n as p_share, l / n as l_share,
    n_drop / n_cued as drop_share,
    a_lo, a_hi, i_lo, i_hi, p_lo, p_hi, l_lo, l_hi, drop_lo, drop_hi,
    i / a as i_over_a, i_over_a_lo, i_over_a_hi, p / i as p_over_i, p_over_i_lo, p_over_i_hi,
    l / p as l_over_p, l_over_p_lo, l_over_p_hi, (i + p) / a as pull, pull_lo, pull_hi,
    lex_ver,
    case
        -- coverage comes first: those who turn away may be enough where those on the ladder are not
        when n_cued < 0.03 * n_authors or is_thin(coverage, query_coverage) then 'low_coverage'
        when n_staged < 100 then 'low_support'
        else 'ok'
    end as status,
    n_docs, query_coverage, coverage, getvariable('run_id') as run_id, 8 as metric_ver
from (select *, a + i + p + l as n from aipl_count)
join aipl_interval using (week, platform, topic_id)
left join speech_window using (week, platform, window_days)
left join speech_query using (week, platform, topic_id, window_days)
order by week, platform, topic_id;
drop table aipl_count;
