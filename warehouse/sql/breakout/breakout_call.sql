-- mart_breakout_call: one row per forecast that was made: a title in one snapshot; forecasts are added, never changed
create table if not exists mart_breakout_call (
    platform varchar, board varchar, title varchar, captured_at timestamptz, probability double, is_call boolean,
    rank bigint, model_version varchar, run_id varchar
);
insert into mart_breakout_call
select platform, board, title, captured_at, probability, is_call, rank, model_version, run_id
from mart_breakout b
where status = 'ok' and not exists (
    select 1 from mart_breakout_call c
    where c.platform = b.platform and c.board = b.board and c.title = b.title and c.captured_at = b.captured_at
)
order by captured_at, platform, board, title;
