-- one row per title below rank 10 on the as-of day: the likeliest to reach the top ten within 24 hours
select
    title as label,
    platform,
    board,
    probability,
    is_call,
    rank as board_rank,
    -rank_change_3h as places_gained,
    age_hours,
    strftime(captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as captured_at,
    subject_id,
    url
from mart_breakout
where status = 'ok' and cast(captured_at at time zone 'Asia/Shanghai' as date) = $as_of::date
order by probability desc, platform, board, rank, title
limit 10
