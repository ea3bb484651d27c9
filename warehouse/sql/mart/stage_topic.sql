-- stage_topic_week: the rows of stage_topic of one week: of all weeks at once the authors do not fit into memory
create or replace temp table stage_topic_week as
with left_out as (
    select * from stage_left_out where week = getvariable('stage_week')
),
touched as (
    select distinct l.scope, l.panel, d.topic_id
    from left_out l
    join mart_topic_doc d using (subject_kind, subject_id)
    where d.day between getvariable('stage_week') - 6 and getvariable('stage_week')
),
kept as (
    select
        t.scope, t.panel, t.topic_id, case when not d.is_ad then hash(coalesce(d.author_key, d.subject_id)) end as author,
        count(*) filter (where d.is_primary) as n_docs
    from touched t
    join mart_topic_doc d on d.topic_id = t.topic_id and (t.scope = 'all' or d.platform = t.scope)
    anti join left_out l
        on l.scope = t.scope and l.panel = t.panel and l.subject_kind = d.subject_kind and l.subject_id = d.subject_id
    where d.day between getvariable('stage_week') - 6 and getvariable('stage_week')
    group by all
)
select
    t.scope as platform, t.panel, getvariable('stage_week') as week, t.topic_id,
    coalesce(sum(k.n_docs), 0)::bigint as n_docs, count(k.author) as n_authors
from touched t
left join kept k using (scope, panel, topic_id)
group by all;
