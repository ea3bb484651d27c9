-- one row per day whose speakers are counted: how many documents of topics that reads, without the six days before a span
select day, count(*) as n
from mart_topic_doc
where day > getvariable('weeks_after') and (
    day in (select day from speaker_day) or topic_id in (select topic_id from topic_move where is_entering)
)
group by day
order by day;
