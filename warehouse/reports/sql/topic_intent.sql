-- one row per week of the last four: which stage of wanting the topic's speakers show
select
    topic_id, week, nullif(window_days, 7) as window_days, n_cued, cue_coverage, a_share, i_share, i_lo, i_hi, p_share, p_lo, p_hi, l_share,
    drop_share, drop_lo, drop_hi, pull, pull_lo, pull_hi, status
from mart_topic_aipl
where platform = 'all' and topic_id = $subject and status = 'ok'
    and week <= $as_of::date and week > $as_of::date - 28
order by week desc
