-- mart_topic_doc: one row per document of a topic: what stands behind a number
create or replace table mart_topic_doc as
select distinct
    t.topic_kind || ':' || t.label as topic_id,
    t.subject_kind, t.subject_id, t.platform, t.day, t.author_key, t.is_primary, t.url, t.title
from tagged t
semi join kept k on k.topic_kind = t.topic_kind and k.label = t.label
order by t.day, topic_id, t.subject_id;
drop table tagged;
drop table kept;
