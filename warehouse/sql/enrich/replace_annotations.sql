-- core_annotations: what the taggers of new_annotations said of its subjects before is replaced
delete from core_annotations
using (select distinct subject_kind, subject_id, tagger from new_annotations) as replaced
where core_annotations.subject_kind = replaced.subject_kind
    and core_annotations.subject_id = replaced.subject_id
    and core_annotations.tagger = replaced.tagger;

insert into core_annotations by name
select * from new_annotations
order by subject_id, tagger;

-- the next build of the marts reads these again
insert into changed_subjects
select distinct subject_kind, subject_id from new_annotations;
