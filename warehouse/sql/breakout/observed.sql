-- one row per title and observation of the boards read in the last fourteen days up to the as-of day
select captured_at, platform, board, rank, title, heat, category, url, coalesce(is_ad, false) as is_ad
from raw_board_entries
where rank is not null
    and cast(captured_at at time zone 'Asia/Shanghai' as date)
        between cast(getvariable('as_of') as date) - 13 and cast(getvariable('as_of') as date)
order by captured_at, platform, board, rank, title
