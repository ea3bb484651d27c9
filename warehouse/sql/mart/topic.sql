-- mart_topic: one row per topic: an interest of the taxonomy, or a hashtag or word with enough documents to be counted
create or replace temp table tagged as
select
    case a.tagger when 'interests' then 'interest' when 'hashtags' then 'tag' else 'word' end as topic_kind,
    a.label,
    d.subject_kind, d.subject_id, d.platform, d.day, d.author_key, d.author, d.is_primary, d.url, d.title
from core_annotations a
join document d on d.subject_kind = a.subject_kind and d.subject_id = a.subject_id
where a.tagger in ('interests', 'hashtags', 'keywords') and a.label <> 'none' and a.label <> '';

create or replace temp table kept as
with supported as (
    select topic_kind, label, min(day) as first_day, count(distinct subject_id) filter (where is_primary) as n_docs
    from tagged
    group by topic_kind, label
)
select *
from supported
where topic_kind = 'interest' or n_docs >= getvariable('least_docs')
qualify topic_kind = 'interest'
    or row_number() over (partition by topic_kind = 'interest' order by n_docs desc, topic_kind, label)
        <= getvariable('most_topics');

create or replace table mart_topic as
with homes as (
    -- a tag or word belongs to the interest that most of its documents carry, when that is at least half of them
    select t.topic_kind, t.label, i.label as home, count(*) as n_shared
    from (select distinct topic_kind, label, subject_kind, subject_id from tagged where topic_kind <> 'interest') t
    semi join kept k on k.topic_kind = t.topic_kind and k.label = t.label
    join (select distinct label, subject_kind, subject_id from tagged where topic_kind = 'interest') i
        on i.subject_kind = t.subject_kind and i.subject_id = t.subject_id
    group by all
),
total as (
    select topic_kind, label, count(distinct subject_id) as n_all from tagged group by all
),
home as (
    select
        h.topic_kind, h.label,
        arg_max(h.home, row(h.n_shared, h.home)) filter (where not contains(h.home, '.')) as l1,
        arg_max(h.home, row(h.n_shared, h.home)) filter (where contains(h.home, '.')) as l2
    from homes h
    join total t using (topic_kind, label)
    where 2 * h.n_shared >= t.n_all
    group by h.topic_kind, h.label
)
select
    k.topic_kind || ':' || k.label as topic_id,
    k.topic_kind,
    case k.topic_kind when 'interest' then coalesce(x.zh, k.label) else k.label end as label,
    case k.topic_kind when 'interest' then coalesce(x.en, k.label) else k.label end as label_en,
    case k.topic_kind when 'interest' then split_part(k.label, '.', 1) else h.l1 end as l1,
    case k.topic_kind when 'interest' then case when contains(k.label, '.') then k.label end else h.l2 end as l2,
    k.first_day,
    k.n_docs
from kept k
left join taxonomy x on k.topic_kind = 'interest' and x.code = k.label
left join home h on h.topic_kind = k.topic_kind and h.label = k.label
order by k.topic_kind, k.label;
