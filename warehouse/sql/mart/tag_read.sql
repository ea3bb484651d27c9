-- tag_before: one row per topic and document as it was counted before, of the documents that changed; tag_read: one row per label of them now
-- (by day too, which leaves what lies outside the changed days unread: days stand together)
create or replace temp table tag_before as
select * from mart_topic_doc semi join document_before using (subject_kind, subject_id, day)
union all
select * from work_topic_doc semi join document_before using (subject_kind, subject_id, day);

-- labels meet their documents by row number, so that a label is narrow however long the titles are
create or replace temp table tag_read as
select k.topic_kind || ':' || a.label as topic_id, d.rowid as document_row, d.day
from core_annotations a
join document_now d on d.subject_kind = a.subject_kind and d.subject_id = a.subject_id
join (
    values ('interests', 'interest'), ('hashtags', 'tag'), ('keywords', 'word'), ('clusters', 'cluster')
) k(tagger, topic_kind) on k.tagger = a.tagger
where a.label <> 'none' and a.label <> '' and d.post_id is null;

-- what follows is filled span by span
create or replace temp table tag_new (topic_id varchar, document_row bigint, day date, is_primary boolean);
create or replace temp table tag_kept (before_row bigint);
create or replace temp table home_now (topic_id varchar, home varchar, n_shared bigint);
