-- one row per board and moment of the hours at which it was read, in hours of the epoch
select concat_ws(chr(31), platform, board) as board, epoch(captured_at) / 3600 as hours
from work_board_poll
where captured_at >= to_timestamp(3600 * $first_hour) and captured_at < to_timestamp(3600 * $past_hour)
order by hours
