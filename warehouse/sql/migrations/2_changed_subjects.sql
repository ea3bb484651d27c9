-- changed_subjects: one change of a subject since the marts were last built
create table changed_subjects (subject_kind varchar not null, subject_id varchar not null);
comment on table changed_subjects is 'one change of a subject since the marts were last built';
comment on column changed_subjects.subject_kind is 'post, listing or board_entry.';
comment on column changed_subjects.subject_id is 'Key of the subject in its core table.';
