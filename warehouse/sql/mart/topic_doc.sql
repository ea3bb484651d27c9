-- mart_topic_doc: one row per document of a topic: what stands behind a number; those that went, and topics counted from now on or no longer
delete from mart_topic_doc
using tag_gone g
where mart_topic_doc.day = g.day and mart_topic_doc.topic_id = g.topic_id and mart_topic_doc.subject_id = g.subject_id
    and mart_topic_doc.subject_kind = g.subject_kind;
delete from work_topic_doc
using tag_gone g
where work_topic_doc.day = g.day and work_topic_doc.topic_id = g.topic_id and work_topic_doc.subject_id = g.subject_id
    and work_topic_doc.subject_kind = g.subject_kind;

-- by row number, so that of all others only the topic is read
create or replace temp table moving as
select * from work_topic_doc
where rowid in (select rowid from work_topic_doc where topic_id in (select topic_id from topic_move where is_entering));
create or replace temp table leaving as
select * from mart_topic_doc
where rowid in (select rowid from mart_topic_doc where topic_id in (select topic_id from topic_move where not is_entering));
delete from work_topic_doc where topic_id in (select topic_id from topic_move where is_entering);
delete from mart_topic_doc where topic_id in (select topic_id from topic_move where not is_entering);
