-- one row per day that work_heat_cell is counted for: how many rows that reads
select day, count(*) as n
from (
    select day
    from mart_topic_doc
    where is_primary and day > getvariable('cells_after') and (
        day in (select day from heat_day) or topic_id in (select topic_id from topic_move where is_entering)
    )
    union all
    -- a day of documents without any topic has a heat, too
    select day from heat_day
)
group by day
order by day;
