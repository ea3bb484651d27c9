-- pending_subjects: one subject that at least one tagger of today has not seen, numbered, with those taggers
create or replace temp table pending_subjects as
with identity as (
    -- a bit a tagger: what has seen a subject is one number, and a label is read without being sorted
    select tagger, tagger_version, 1::hugeint << cast(row_number() over (order by tagger) - 1 as hugeint) as bit
    from (select distinct tagger, tagger_version from taggers)
),
wanted as (
    select subject_kind, bit_or(bit) as bits, list({'tagger': tagger, 'bit': bit} order by tagger) as taggers
    from taggers
    join identity using (tagger, tagger_version)
    group by subject_kind
),
tagged as (
    select subject_kind, subject_id, bit_or(bit) as bits
    from core_annotations
    join identity using (tagger, tagger_version)
    group by subject_kind, subject_id
)
select
    row_number() over (order by taggers, subject_kind, subject_id) - 1 as position,
    *
from (
    select
        subjects.subject_kind,
        subjects.subject_id,
        list_transform(
            list_filter(wanted.taggers, lambda one: coalesce(tagged.bits, 0) & one.bit = 0), lambda one: one.tagger
        ) as taggers
    from subjects
    join wanted using (subject_kind)
    left join tagged using (subject_kind, subject_id)
    where coalesce(tagged.bits, 0) & wanted.bits <> wanted.bits
)
