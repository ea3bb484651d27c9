-- one document with a group that shares a key with one of new_bands, with its group and text
with fresh as (
    select distinct platform, unnest(bands) as band from new_bands
),
known as (
    select subject_kind, subject_id, platform, day, unnest(bands) as band
    from text_bands
    where day between $since and $until
),
-- of the many documents behind one key the oldest and the newest are enough: they link to the others
nearest as (
    select unnest([
        min_by({'kind': subject_kind, 'id': subject_id}, (day, subject_id)),
        max_by({'kind': subject_kind, 'id': subject_id}, (day, subject_id))
    ]) as found
    from known
    semi join fresh using (platform, band)
    group by platform, band
),
found as (
    select distinct found.kind as subject_kind, found.id as subject_id from nearest
)
select d.subject_kind, d.subject_id, d.platform, d.author_key, d.day, d.text, g.dup_group_id
from found
join core_text_groups g using (subject_kind, subject_id)
join documents d using (subject_kind, subject_id)
order by d.moment, d.subject_id
