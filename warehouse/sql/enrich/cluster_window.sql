-- one document of the window with the cluster it has, or none where no day has looked at it
with cluster as (
    select subject_kind, subject_id, label, score, tagger_version from core_annotations where tagger = 'clusters'
),
interest as (
    select subject_kind, subject_id, list(distinct label order by label) as interests
    from core_annotations
    where tagger = 'interests' and label not in ('none', 'failed', 'invalid_score')
    group by subject_kind, subject_id
),
-- a board line about a post of the window is a sighting of that post, as in the marts: it makes no cluster, and goes where one takes it
sighting as (
    select l.subject_id
    from documents l
    join documents p on p.subject_kind = 'post' and p.subject_id = l.post_id
    where l.subject_kind = 'board_entry' and l.day > $newest - 2 * $days and l.day <= $newest
        and p.day > $newest - 2 * $days and p.day <= $newest
        -- a short id may be the number of a row
        and (length(l.post_id) - length(l.platform) > 10 or starts_with(p.text, l.text))
)
select
    d.subject_kind, d.subject_id, d.day, d.text,
    coalesce(g.is_primary, true) and s.subject_id is null as is_primary,
    coalesce(i.interests, []) as interests,
    c.label as cluster,
    c.score,
    c.tagger_version as cluster_version
from documents d
left join core_text_groups g using (subject_kind, subject_id)
left join sighting s on d.subject_kind = 'board_entry' and s.subject_id = d.subject_id
left join interest i using (subject_kind, subject_id)
left join cluster c using (subject_kind, subject_id)
where
    d.day > $newest - 2 * $days
    and d.day <= $newest
    -- older ones only matter for what they were found to be; a first run would not look at them either
    and (c.label is not null or d.day > $newest - $days)
order by d.day desc, d.subject_id
limit $most
