-- one row per day that mart_topic_day is counted for: how many documents of topics that reads
select day, count(*) as n
from (
    select day from mart_topic_doc where day in (select day from restated_day)
    union all
    select day from moving where day not in (select day from restated_day)
)
group by day
order by day;
