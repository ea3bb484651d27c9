-- one row per platform: the topic's week there against what was expected, its heat and its growth
with tested as (
    select *
    from mart_topic_burst
    where topic_id = $topic and grain = 'w' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
heat as (
    select platform, heat_share_bp, heat_index, rank
    from mart_topic_heat_daily
    where topic_id = $topic and status is distinct from 'low_coverage' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
growth as (
    select
        platform, x_cur, x_prev,
        case when status = 'ok' then exp(v_log) - 1 end as change,
        case when status = 'ok' then exp(v_lo) - 1 end as change_lo,
        case when status = 'ok' then exp(v_hi) - 1 end as change_hi
    from mart_topic_velocity
    where topic_id = $topic and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
speeding as (
    select platform, acc, acc_lo, acc_hi
    from mart_topic_accel
    where topic_id = $topic and status = 'ok' and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
staged as (
    select platform, stage, age_weeks
    from mart_topic_stage
    where topic_id = $topic and status = 'ok' and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
)
select
    e.platform,
    b.x,
    case when b.status <> 'no_baseline' then b.mu end as mu,
    case when b.status <> 'no_baseline' then b.ratio end as ratio,
    case when b.status <> 'no_baseline' then b.event_q_value end as q_value,
    b.level,
    b.m_tested,
    h.heat_share_bp,
    h.heat_index,
    h.rank as heat_rank,
    g.x_cur,
    g.x_prev,
    g.change,
    g.change_lo,
    g.change_hi,
    a.acc,
    a.acc_lo,
    a.acc_hi,
    s.stage,
    s.age_weeks,
    b.status
from (select distinct platform from mart_topic_day where topic_id = $topic and day > $as_of::date - 84) e
left join tested b on b.platform = e.platform
left join heat h on h.platform = e.platform
left join growth g on g.platform = e.platform
left join speeding a on a.platform = e.platform
left join staged s on s.platform = e.platform
order by e.platform <> 'all', b.x desc nulls last, e.platform
