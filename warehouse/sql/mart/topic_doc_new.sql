-- kept_doc_new, rare_doc_new: one row per document that came to a topic that is counted, and to one that is too rare
create or replace temp view topic_doc_new as
select
    n.topic_id, d.subject_kind, d.subject_id, d.platform, d.day, d.author_key, d.is_primary, d.url, d.title, d.is_ad
from tag_new n
join document_now d on d.rowid = n.document_row
where n.day between getvariable('span_first') and getvariable('span_last')
    and d.day between getvariable('span_first') and getvariable('span_last');

create or replace temp table kept_doc_new as
select * from topic_doc_new semi join (select topic_id from work_topic where is_kept) using (topic_id)
order by day, topic_id, subject_id;
create or replace temp table rare_doc_new as
select * from topic_doc_new semi join (select topic_id from work_topic where not is_kept) using (topic_id);
