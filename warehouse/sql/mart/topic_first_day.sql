-- work_topic: one row per topic: where its first document went, its first day is looked up again
update work_topic
set first_day = f.day
from (
    select topic_id, min(day) as day
    from (select topic_id, day from mart_topic_doc union all select topic_id, day from work_topic_doc)
    semi join (
        select c.topic_id from topic_change c join work_topic w using (topic_id) where c.first_gone <= w.first_day
    ) using (topic_id)
    group by topic_id
) f
where f.topic_id = work_topic.topic_id;
