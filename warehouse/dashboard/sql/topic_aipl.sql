-- one row per week: how far the topic's speakers are, newest week first
select
    week,
    n_cued,
    cue_coverage,
    case when status = 'ok' then a_share end as a_share,
    case when status = 'ok' then i_share end as i_share,
    case when status = 'ok' then p_share end as p_share,
    case when status = 'ok' then l_share end as l_share,
    case when status = 'ok' then drop_share end as drop_share,
    case when status = 'ok' then (i_share + p_share) / nullif(a_share, 0) end as pull,
    lex_ver,
    status
from mart_topic_aipl
where topic_id = $topic and platform = 'all' and week <= $as_of::date and week > $as_of::date - 56
order by week desc
limit 8
