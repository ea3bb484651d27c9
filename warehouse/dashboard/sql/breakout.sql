-- one row per title below rank 10 that has not been in its board's top ten, most probable first
select
    b.platform,
    b.board,
    b.title,
    b.url,
    strftime(b.captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as seen_at,
    -- of a board that is read too seldom or too short a time it is not calibrated
    case when b.status = 'ok' then b.probability end as probability,
    case when b.status = 'ok' then b.threshold end as threshold,
    b.is_call,
    b.rank,
    b.best_rank,
    -b.rank_change_3h as places_gained,
    b.age_hours,
    b.times_seen,
    b.alike_best_rank,
    b.status,
    b.model_version
from mart_breakout b
where b.status <> 'no_model'
order by probability desc nulls last, b.platform, b.board, b.rank, b.title
limit 100
