-- ungrouped: one document that is in no group of near-duplicates yet, numbered in order of time
create or replace temp table ungrouped as
select row_number() over (order by moment, subject_id) - 1 as position, *
from documents
anti join core_text_groups using (subject_kind, subject_id)
