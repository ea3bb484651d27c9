-- tag_new: one row per topic and document that came or is not what it was; home_now: one row per topic and interest of the same primary documents
create or replace temp table tag_now as
select distinct topic_id, document_row
from tag_read
where day between getvariable('span_first') and getvariable('span_last');

create or replace temp table tag_same as
select n.topic_id, n.document_row, b.rowid as before_row
from tag_before b
join document_now d
    on d.subject_id = b.subject_id and d.subject_kind = b.subject_kind
    and d.platform = b.platform and d.day = b.day and d.is_primary = b.is_primary and d.is_ad = b.is_ad
    and d.author_key is not distinct from b.author_key and d.url is not distinct from b.url
    and d.title is not distinct from b.title
join tag_now n on n.topic_id = b.topic_id and n.document_row = d.rowid;

create or replace temp view tag_kept_span as select before_row from tag_same;

create or replace temp table tag_new_span as
select n.topic_id, n.document_row, d.day, d.is_primary
from tag_now n
anti join tag_same s on s.topic_id = n.topic_id and s.document_row = n.document_row
join document_now d on d.rowid = n.document_row
where d.day between getvariable('span_first') and getvariable('span_last');

create or replace temp table home_span as
select t.topic_id, split_part(i.topic_id, ':', 2) as home, count(*) as n_shared
from tag_now t
semi join (
    select rowid as document_row
    from document_now
    where is_primary and day between getvariable('span_first') and getvariable('span_last')
) p using (document_row)
join tag_now i using (document_row)
where not starts_with(t.topic_id, 'interest:') and starts_with(i.topic_id, 'interest:')
group by all;
