-- one row per week: how far the topic's speakers are, newest week first
select
    week,
    nullif(window_days, 7) as window_days,
    n_cued,
    cue_coverage,
    case when status = 'ok' then a_share end as a_share,
    case when status = 'ok' then i_share end as i_share,
    case when status = 'ok' then p_share end as p_share,
    case when status = 'ok' then l_share end as l_share,
    case when status = 'ok' then drop_share end as drop_share,
    case when status = 'ok' then i_lo end as i_lo,
    case when status = 'ok' then i_hi end as i_hi,
    case when status = 'ok' then p_lo end as p_lo,
    case when status = 'ok' then p_hi end as p_hi,
    case when status = 'ok' then drop_lo end as drop_lo,
    case when status = 'ok' then drop_hi end as drop_hi,
    case when status = 'ok' then pull end as pull,
    case when status = 'ok' then pull_lo end as pull_lo,
    case when status = 'ok' then pull_hi end as pull_hi,
    lex_ver,
    status
from mart_topic_aipl
where topic_id = $topic and platform = 'all' and week <= $as_of::date and week > $as_of::date - 56
order by week desc
limit 8
