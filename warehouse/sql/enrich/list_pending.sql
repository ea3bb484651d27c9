-- pending_subjects: one subject that at least one tagger of today has not seen, numbered, with those taggers
-- a bit a tagger: what has seen a subject is one number, and a label is read without being sorted
create or replace temp table tagger_bit as
select tagger, tagger_version, 1::hugeint << cast(row_number() over (order by tagger) as hugeint) as bit
from (select distinct tagger, tagger_version from taggers);

-- kind by kind, since groups of one text are found in half the time of groups of two; the last bit says that there is one
create or replace temp macro seen_of(kind) as table
select kind as subject_kind, subject_id, bit_or(bit) as bits
from (
    select subject_id, bit
    from core_annotations
    join tagger_bit using (tagger, tagger_version)
    where subject_kind = kind
    union all
    select subject_id, 1 from subjects where subject_kind = kind
)
group by subject_id;

create or replace temp table pending_subjects as
with wanted as (
    select subject_kind, bit_or(bit) as bits, list({'tagger': tagger, 'bit': bit} order by tagger) as taggers
    from taggers
    join tagger_bit using (tagger, tagger_version)
    group by subject_kind
),
seen as (
    from seen_of('post')
    union all
    from seen_of('listing')
    union all
    from seen_of('board_entry')
)
select
    row_number() over (order by taggers, subject_kind, subject_id) - 1 as position,
    *
from (
    select
        subject_kind,
        subject_id,
        list_transform(
            list_filter(wanted.taggers, lambda one: seen.bits & one.bit = 0), lambda one: one.tagger
        ) as taggers
    from seen
    join wanted using (subject_kind)
    where seen.bits & 1 = 1 and seen.bits & wanted.bits <> wanted.bits
)
