-- brand_voice: one row per text of the last weeks and brand: a post's own brands, a comment's own and those of what it answers
create or replace temp table brand_voice as
with named as (
    select distinct a.subject_kind, a.subject_id, s.brand_id
    from core_annotations a
    join brand_set s on a.label = 'brand:' || s.brand_id
    where a.tagger = 'entities'
),
spoken as (
    select distinct subject_id, platform, kind, parent, author, day from voice
)
select s.* exclude (kind), 'post' as source, n.brand_id
from spoken s join named n on n.subject_kind = 'post' and n.subject_id = s.subject_id
where s.kind <> 'comment'
union
select s.* exclude (kind), 'comment', n.brand_id
from spoken s join named n on n.subject_kind = 'post' and n.subject_id in (s.subject_id, s.parent)
where s.kind = 'comment'
union
select s.* exclude (kind), 'review', n.brand_id
from spoken s join named n on n.subject_kind = 'listing' and n.subject_id = s.parent
where s.kind = 'comment';
