-- one document with a group that shares a key with one of new_bands of the weeks around it, with its group and text
with fresh as (
    select distinct platform, day, unnest(bands) as band from new_bands
),
known as (
    select subject_kind, subject_id, platform, day, unnest(bands) as band
    from text_bands
    where day between $since and $until
),
known_day as (
    select
        platform, band, day,
        min({'kind': subject_kind, 'id': subject_id}) as first,
        max({'kind': subject_kind, 'id': subject_id}) as last
    from known
    semi join fresh using (platform, band)
    group by platform, band, day
),
-- of the many documents behind one key the oldest and the newest of those weeks are enough: they link to the others
nearest as (
    select unnest([min_by(k.first, k.day), max_by(k.last, k.day)]) as found
    from known_day k
    join fresh f using (platform, band)
    where k.day between f.day - $days and f.day + $days
    group by platform, band, f.day
),
found as (
    select distinct found.kind as subject_kind, found.id as subject_id from nearest
)
select d.subject_kind, d.subject_id, d.platform, d.author_key, d.day, d.text, g.dup_group_id
from found
join core_text_groups g using (subject_kind, subject_id)
join documents d using (subject_kind, subject_id)
order by d.moment, d.subject_id
