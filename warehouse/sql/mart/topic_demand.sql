-- demand: one row per topic that is asked for: who spoke of it in the last 28 days and who wants it
-- who spoke of a topic in these days: a number stands for an author, which takes an eighth of the memory of the key
create or replace temp table spoken as
select
    topic_id, count(*) filter (where is_primary) as n_docs,
    count(distinct hash(coalesce(author_key, subject_id))) filter (where not is_ad) as n_authors
from mart_topic_doc
where day > cast(getvariable('as_of') as date) - 28
group by topic_id;

create or replace temp table demand as
with asked as (
    select topic_id, author
    from topic_voice
    -- a review is of what was bought: counted as demand, each offer read with its reviews would ask for itself
    where source <> 'review' and day > cast(getvariable('as_of') as date) - 28
        and subject_id in (
            select subject_id from core_annotations
            where subject_kind = 'post' and tagger = 'intent' and label in ('I', 'P', 'L')
        )
    group by all
),
intent as (
    select topic_id, count(*) as intent_authors from asked group by topic_id
),
-- an author who asks is one, under however many interests, tags and words
asking as (
    select t.l1, count(distinct hash(a.author)) as asking_authors
    from asked a
    join mart_topic t using (topic_id)
    where t.topic_kind = 'interest' and t.l2 is not null
    group by t.l1
),
short as (
    -- 断货, 求补货: people who could not get it, under an offer too
    select topic_id, count(distinct author) as shortage_authors
    from topic_voice
    where day > cast(getvariable('as_of') as date) - 28
        and subject_id in (
            select subject_id from core_annotations
            where subject_kind = 'post' and tagger = 'price_words' and label = 'shortage'
        )
    group by topic_id
),
every as (
    select
        t.topic_id, t.topic_kind, t.label, t.l1, coalesce(s.n_docs, 0) as n_docs, coalesce(s.n_authors, 0) as n_authors,
        coalesce(i.intent_authors, 0) as intent_authors, coalesce(h.shortage_authors, 0) as shortage_authors
    from mart_topic t
    left join spoken s using (topic_id)
    left join intent i using (topic_id)
    left join short h using (topic_id)
    where t.l1 is not null and (t.l2 is not null or t.topic_kind <> 'interest')
),
wanted as (
    select
        every.*,
        -- where a whole first level shows hardly any intent, all its authors stand in, so that its topics stay comparable
        case when asking_authors >= 30 then intent_authors else n_authors end as demand_authors
    from every
    left join asking using (l1)
)
select *
from wanted
qualify topic_kind = 'interest' or row_number() over (
    partition by topic_kind = 'interest' order by demand_authors desc, topic_id
) <= 500;
