-- topic_voice: one row per text of the last weeks and topic: a post's own topics, a comment's those of what it answers
-- (voice: one row per text that is no advert)
create or replace temp table voice as
select
    p.subject_id, p.platform, p.kind, p.platform || ':' || p.parent_id as parent,
    coalesce(p.author_key, p.subject_id) as author,
    shanghai_day(coalesce(p.published_at, p.first_captured_at)) as day
from core_posts p
where shanghai_day(coalesce(p.published_at, p.first_captured_at)) between
    cast(getvariable('as_of') as date) - 7 * getvariable('weeks') + 1 and cast(getvariable('as_of') as date)
    and not coalesce(p.is_ad, false)
    and not exists (
        select 1 from core_annotations a
        where a.subject_kind = 'post' and a.subject_id = p.subject_id
            and a.tagger = 'promotion' and a.label = 'promotional'
    );
create or replace temp table topic_voice as
with own_topic as (
    select topic_id, subject_id from mart_topic_doc where subject_kind = 'post'
),
offer_topic as (
    select distinct case tagger when 'interests' then 'interest:' else 'tag:' end || label as topic_id, subject_id
    from core_annotations
    where subject_kind = 'listing' and tagger in ('interests', 'hashtags') and label <> 'none'
)
select s.*, 'post' as source, t.topic_id
from voice s join own_topic t on t.subject_id = s.subject_id
where s.kind <> 'comment'
union all
select s.*, 'comment', t.topic_id
from voice s join own_topic t on t.subject_id = s.parent
where s.kind = 'comment'
union all
select s.*, 'review', t.topic_id
from voice s join offer_topic t on t.subject_id = s.parent
where s.kind = 'comment';
