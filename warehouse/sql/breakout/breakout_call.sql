-- mart_breakout_call: one row per forecast that was made: a title in one snapshot; forecasts are added, never changed
create table if not exists mart_breakout_call (
    platform varchar, board varchar, title varchar, captured_at timestamptz, probability double, is_call boolean,
    rank bigint, model_version varchar, run_id varchar
);
alter table mart_breakout_call add column if not exists is_retrospective boolean;
insert into mart_breakout_call by name
select
    platform, board, title, captured_at, probability, is_call, rank, model_version, run_id,
    -- of a past day it is made when some of what came is known, by a model that may have learned from it
    exists (
        select 1 from raw_board_entries r
        where r.platform = b.platform and r.board = b.board and r.captured_at > b.captured_at
            and r.captured_at < day_begin(cast(getvariable('newest_day') as date) + 1)
    ) as is_retrospective
from mart_breakout b
where status = 'ok' and not exists (
    select 1 from mart_breakout_call c
    where c.platform = b.platform and c.board = b.board and c.title = b.title and c.captured_at = b.captured_at
)
order by captured_at, platform, board, title;
