-- one row per title below rank 10 of a board in the newest forecast up to the as-of day: the likeliest to reach the top ten within 24 hours
with asked as (
    -- the day after the newest that was read whole has begun: what its readings forecast is the newest there is
    select
        $as_of::date as last_day,
        coalesce($as_of::date >= max(day) filter (where platform = 'all' and n_docs > 0 and coverage >= 0.8), true) as is_newest
    from mart_exposure_day
),
came as (
    select
        platform, board, title, min(first_seen_at) as first_seen_at, arg_min(entry_id, (first_seen_at, entry_id)) as subject_id,
        arg_min(url, (first_seen_at, entry_id)) as url
    from core_board_entries
    group by platform, board, title
),
told as (
    select
        b.platform, b.board, b.title, b.captured_at, b.probability, b.is_call, b.rank,
        -b.rank_change_3h as places_gained,
        b.rank_change_3h is null as is_new,
        b.age_hours, b.subject_id, b.url
    from mart_breakout b, asked a
    where b.status = 'ok' and (a.is_newest or cast(b.captured_at at time zone 'Asia/Shanghai' as date) <= a.last_day)
    union all
    -- forecasts that later ones took the place of are on record without the path of their ranks; when a title came, its board knows
    select
        c.platform, c.board, c.title, c.captured_at, c.probability, c.is_call, c.rank, null, null,
        round(epoch(c.captured_at - e.first_seen_at) / 3600, 2), e.subject_id, e.url
    from mart_breakout_call c
    cross join asked a
    left join came e on e.platform = c.platform and e.board = c.board and e.title = c.title
    where cast(c.captured_at at time zone 'Asia/Shanghai' as date) <= a.last_day and not exists (
        select 1 from mart_breakout b
        where b.platform = c.platform and b.board = c.board
            and (a.is_newest or cast(b.captured_at at time zone 'Asia/Shanghai' as date) <= a.last_day)
    )
),
newest as (
    select *
    from told
    qualify captured_at = max(captured_at) over (partition by platform, board)
)
select
    n.title as label,
    n.platform,
    n.board,
    n.probability,
    n.is_call,
    n.rank as board_rank,
    n.places_gained,
    n.is_new,
    n.age_hours,
    strftime(n.captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as captured_at,
    n.subject_id,
    n.url
from newest n, asked a
-- a forecast is one of the 24 hours after it
where n.captured_at > greatest(
    (a.last_day + 1)::timestamp at time zone 'Asia/Shanghai',
    (select max(captured_at) from told)
) - interval 24 hour
order by n.probability desc, n.platform, n.board, n.rank, n.title
limit 10
