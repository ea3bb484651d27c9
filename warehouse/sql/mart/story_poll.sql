-- poll_new: one row per board and moment at which it was read that no earlier build knew; work_board_poll: those of all builds
create or replace temp table poll_new as
select *
from (
    select platform, board, captured_at, max(load_seq) as load_seq
    from raw_board_entries
    where load_seq > (select coalesce(max(load_seq), 0) from work_board_poll)
    group by all
)
anti join work_board_poll using (platform, board, captured_at);

insert into work_board_poll select * from poll_new order by captured_at, platform, board;
