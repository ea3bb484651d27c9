-- one row per title below rank 10 that has not been in its board's top ten, most probable first
select
    b.platform,
    b.board,
    b.title,
    b.url,
    strftime(b.captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as seen_at,
    b.probability,
    b.threshold,
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
order by b.probability desc nulls last, b.platform, b.board, b.rank, b.title
limit 100
