-- one row per title of six letters or more on the boards of one platform, at the moment it first came, in hours of the epoch
select
    d.platform, d.subject_id, d.title, normalise_title(d.title) as wording, epoch(d.moment) / 3600 as hours,
    d.wording_key % 10 = 0 as is_sampled, concat_ws(chr(31), e.platform, e.board) as board
from work_document d
join core_board_entries e on e.entry_id = d.subject_id
where d.subject_kind = 'board_entry' and d.is_first and d.is_long and d.platform is not null
    and d.moment >= to_timestamp(3600 * $first_hour) and d.moment < to_timestamp(3600 * $past_hour)
    and e.first_seen_at >= to_timestamp(3600 * $first_hour) and e.first_seen_at < to_timestamp(3600 * $past_hour)
order by hours, d.subject_id
