-- brand_voice: one row per text of the last weeks and brand: a text's own brands; a comment that names none speaks of those of what it answers
create or replace temp table brand_voice as
with named as (
    select distinct a.subject_kind, a.subject_id, s.brand_id
    from core_annotations a
    join brand_set s on a.label = 'brand:' || s.brand_id
    where a.tagger = 'entities'
),
spoken as (
    select distinct v.subject_id, v.platform, v.kind, v.parent, v.author, v.day, l.subject_id is not null as is_review
    from voice v
    left join core_listings l on v.kind = 'comment' and l.subject_id = v.parent
)
select s.* exclude (kind, is_review), 'post' as source, n.brand_id
from spoken s join named n on n.subject_kind = 'post' and n.subject_id = s.subject_id
where s.kind <> 'comment'
union
-- what is said under an offer is a review, whichever brand it names itself
select s.* exclude (kind, is_review), case when s.is_review then 'review' else 'comment' end, n.brand_id
from spoken s join named n on n.subject_kind = 'post' and n.subject_id = s.subject_id
where s.kind = 'comment'
union
-- 云朵记好多了 under a video of 山野社 is praise of one of them
select s.* exclude (kind, is_review), 'comment', n.brand_id
from spoken s join named n on n.subject_kind = 'post' and n.subject_id = s.parent
where s.kind = 'comment' and s.subject_id not in (select subject_id from named where subject_kind = 'post')
union
select s.* exclude (kind, is_review), 'review', n.brand_id
from spoken s join named n on n.subject_kind = 'listing' and n.subject_id = s.parent
where s.kind = 'comment';
