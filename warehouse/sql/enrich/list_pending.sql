-- pending_subjects: one subject that at least one tagger of today has not seen, numbered, with those taggers
create or replace temp table pending_subjects as
with wanted as (
    select subjects.subject_kind, subjects.subject_id, taggers.tagger, taggers.tagger_version
    from subjects
    join taggers using (subject_kind)
),
tagged as (
    select distinct subject_kind, subject_id, tagger, tagger_version
    from core_annotations
)
select
    row_number() over (order by taggers, subject_kind, subject_id) - 1 as position,
    *
from (
    select subject_kind, subject_id, list(tagger order by tagger) as taggers
    from wanted
    anti join tagged using (subject_kind, subject_id, tagger, tagger_version)
    group by subject_kind, subject_id
)
