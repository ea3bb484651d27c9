-- core_annotations: documents of a merged cluster go on in its successor, and the next build reads them again
insert into changed_subjects
select subject_kind, subject_id from core_annotations where tagger = 'clusters' and label = getvariable('gone');

update core_annotations
set label = getvariable('successor')
where tagger = 'clusters' and label = getvariable('gone');
