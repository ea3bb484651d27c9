-- one row per title of six letters or more on the boards of one platform, at the moment it first came, in hours of the epoch
select
    platform, subject_id, title, normalise_title(title) as wording, epoch(moment) / 3600 as hours,
    wording_key % 10 = 0 as is_sampled
from work_document
where subject_kind = 'board_entry' and is_first and is_long and platform is not null
    and moment >= to_timestamp(3600 * $first_hour) and moment < to_timestamp(3600 * $past_hour)
order by hours, subject_id
