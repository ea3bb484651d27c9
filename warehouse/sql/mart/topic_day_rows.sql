-- one row per day that mart_topic_day is counted for: how many documents of topics that reads
select day, count(*) as n
from mart_topic_doc
where day in (select day from restated_day) or topic_id in (select topic_id from topic_move where is_entering)
group by day
order by day;
