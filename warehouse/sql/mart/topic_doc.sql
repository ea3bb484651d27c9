-- mart_topic_doc: one row per document of a topic: what stands behind a number
delete from mart_topic_doc
using tag_gone g
where mart_topic_doc.topic_id = g.topic_id and mart_topic_doc.subject_id = g.subject_id
    and mart_topic_doc.subject_kind = g.subject_kind;
delete from work_topic_doc
using tag_gone g
where work_topic_doc.topic_id = g.topic_id and work_topic_doc.subject_id = g.subject_id
    and work_topic_doc.subject_kind = g.subject_kind;

create or replace temp table moving as
select * from work_topic_doc where topic_id in (select topic_id from topic_move where is_entering);
create or replace temp table leaving as
select * from mart_topic_doc where topic_id in (select topic_id from topic_move where not is_entering);
delete from work_topic_doc where topic_id in (select topic_id from topic_move where is_entering);
delete from mart_topic_doc where topic_id in (select topic_id from topic_move where not is_entering);

insert into mart_topic_doc
select * from (
    select * from moving
    union all
    select * from tag_new semi join (select topic_id from work_topic where is_kept) using (topic_id)
)
order by day, topic_id, subject_id;
insert into work_topic_doc
select * from leaving
union all
select * from tag_new semi join (select topic_id from work_topic where not is_kept) using (topic_id);

-- where a topic's first document went, its first day is looked up again
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
