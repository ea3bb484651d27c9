-- mart_breakout_score: one row per forecast whose 24 hours were watched to their end, never three hours without a reading: what was said and what came
create or replace table mart_breakout_score as
with watched as (
    select platform, board, max(captured_at) as last_seen_at
    from raw_board_entries
    semi join mart_breakout_call using (platform, board)
    group by platform, board
),
-- readings of the boards that were forecast, each until the next where that was more than three hours later
reading as (
    select platform, board, captured_at from mart_breakout_call
    union
    select platform, board, captured_at
    from raw_board_entries
    where (platform, board) in (select (platform, board) from mart_breakout_call)
        and captured_at >= (select min(captured_at) from mart_breakout_call)
),
gap as (
    select platform, board, captured_at as unread_from
    from (select *, lead(captured_at) over (partition by platform, board order by captured_at) as next_at from reading)
    where next_at > captured_at + interval 3 hour
),
-- a title that came and went while nobody looked was not seen: what such a day would have shown is not known
followed as (
    select c.*
    from mart_breakout_call c
    asof left join gap g on g.platform = c.platform and g.board = c.board and c.captured_at <= g.unread_from
    where g.unread_from is null or g.unread_from >= c.captured_at + interval 21 hour
),
-- joined on equal keys and not on a range, so that it stays one pass over the observations
reached as (
    select r.platform, r.board, r.title, r.captured_at
    from raw_board_entries r
    semi join mart_breakout_call using (platform, board, title)
    where r.rank <= 10 and not coalesce(r.is_ad, false) and r.heat is distinct from 0
),
ended as (
    select c.*, min(r.captured_at) as reached_at
    from followed c
    join watched w on w.platform = c.platform and w.board = c.board
        and w.last_seen_at >= c.captured_at + interval 24 hour
    left join reached r on r.platform = c.platform and r.board = c.board and r.title = c.title
        and r.captured_at > c.captured_at and r.captured_at <= c.captured_at + interval 24 hour
    group by all
)
select
    platform, board, title, captured_at, probability, is_call, rank,
    reached_at is not null as reached_top,
    round(date_diff('second', captured_at, reached_at) / 3600, 2) as lead_hours,
    model_version,
    coalesce(is_retrospective, false) as is_retrospective
from ended
order by captured_at, platform, board, title;
