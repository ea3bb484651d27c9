-- mart_topic: one row per topic: an interest of the taxonomy, or a hashtag, word or cluster with enough documents to be counted
create or replace table mart_topic as
with known as (
    select *, split_part(topic_id, ':', 1) as topic_kind, substr(topic_id, strpos(topic_id, ':') + 1) as name
    from work_topic
    where is_kept
),
home as (
    -- a tag or word belongs to the interest that most of its documents carry, when that is at least half of them
    select
        h.topic_id,
        arg_max(h.home, row(h.n_shared, h.home)) filter (where not contains(h.home, '.')) as l1,
        arg_max(h.home, row(h.n_shared, h.home)) filter (where contains(h.home, '.')) as l2
    from work_home h
    join known k using (topic_id)
    where 2 * h.n_shared >= k.n_docs
    group by h.topic_id
),
-- tags and words are counted in small letters, and named as most titles write them; the same for a tag and a word
spelling as (
    select k.name, substr(d.title, strpos(lower(d.title), k.name), length(k.name)) as spelled, count(*) as n
    from known k
    join mart_topic_doc d using (topic_id)
    where k.topic_kind in ('tag', 'word') and regexp_matches(k.name, '[a-z]') and contains(lower(d.title), k.name)
    group by all
),
spelled as (
    select name, arg_max(spelled, row(n, spelled)) as label from spelling group by name
)
select
    k.topic_id,
    k.topic_kind,
    case k.topic_kind when 'interest' then coalesce(x.zh, k.name) else coalesce(c.label, s.label, k.name) end as label,
    case k.topic_kind when 'interest' then coalesce(x.en, k.name) else coalesce(c.label, s.label, k.name) end as label_en,
    case k.topic_kind when 'interest' then split_part(k.name, '.', 1) else h.l1 end as l1,
    case k.topic_kind when 'interest' then case when contains(k.name, '.') then k.name end else h.l2 end as l2,
    k.first_day,
    k.n_docs
from known k
left join taxonomy x on k.topic_kind = 'interest' and x.code = k.name
left join home h using (topic_id)
left join spelled s on k.topic_kind in ('tag', 'word') and s.name = k.name
left join core_clusters c on k.topic_kind = 'cluster' and c.cluster_id = k.name
order by k.topic_kind, k.name;
