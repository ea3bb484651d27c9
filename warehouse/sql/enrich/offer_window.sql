-- one offer of the $days days up to the newest that was seen by $latest, with the cluster it has
select
    l.subject_id, l.title, c.label as cluster, c.tagger_version as version
from core_listings l
left join (
    select subject_id, label, tagger_version
    from core_annotations
    where subject_kind = 'listing' and tagger = 'clusters'
) c using (subject_id)
where l.captured_at > (
    select coalesce(max(captured_at) filter (where captured_at <= $latest), max(captured_at)) from core_listings
) - to_days(cast($days as integer))
order by l.subject_id
