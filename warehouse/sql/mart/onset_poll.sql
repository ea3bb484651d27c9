-- one row per platform and moment when a board of it was read in the last month, in hours of the epoch
select distinct platform, epoch(captured_at) / 3600 as hours
from raw_board_entries
where captured_at > (cast(getvariable('as_of') as date) - 34)::timestamp at time zone 'Asia/Shanghai'
    and platform in (select platform from onset_case)
order by platform, hours
