-- pair_topic_week: the rows of pair_topic of one pair of weeks: of all at once the authors do not fit into memory
create or replace temp table pair_topic_week as
with left_out as (
    select * from pair_left_out where pair_week = getvariable('pair_week')
),
spoken as (
    select
        week_of(day) as week, platform, topic_id, subject_kind, subject_id, is_primary,
        case when not is_ad then hash(coalesce(author_key, subject_id)) end as author
    from mart_topic_doc
    where day between getvariable('pair_week') - 13 and getvariable('pair_week')
),
touched as (
    select distinct l.scope, d.week, d.topic_id
    from left_out l
    join spoken d using (subject_kind, subject_id)
),
kept as (
    select t.scope, t.week, t.topic_id, d.author, count(*) filter (where d.is_primary) as n_docs
    from touched t
    join spoken d on d.topic_id = t.topic_id and d.week = t.week and (t.scope = 'all' or d.platform = t.scope)
    anti join left_out l
        on l.scope = t.scope and l.subject_kind = d.subject_kind and l.subject_id = d.subject_id
    group by all
)
select
    t.scope as platform, getvariable('pair_week') as pair_week, t.week, t.topic_id,
    coalesce(sum(k.n_docs), 0)::bigint as n_docs, count(k.author) as n_authors
from touched t
left join kept k using (scope, week, topic_id)
group by all;
