-- pending_texts: one pending subject of the stretch now being tagged, with its text
create or replace temp table pending_texts as
select pending_subjects.position, subject_kind, subject_id, subjects.text
from pending_subjects
join subjects using (subject_kind, subject_id)
where position >= getvariable('first') and position < getvariable('past')
