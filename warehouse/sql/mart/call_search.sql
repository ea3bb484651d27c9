-- call_search: one row per pair of weeks that a grade compares and topic: which part of its documents, or of all, came by searches that were not
-- run alike in the two; what one that ended brought stands nowhere now, whatever people do, and of one that began nothing stood before
create or replace temp table call_search as
with pair as (
    select distinct first_week, last_week from call_pair where not is_past
),
run as (
    select
        p.first_week, p.last_week, r.platform, r.query,
        count(*) filter (where r.day <= p.first_week) as n_first, count(*) filter (where r.day > p.last_week - 7) as n_last
    from pair p
    join query_reading r on r.day between p.first_week - 6 and p.first_week or r.day between p.last_week - 6 and p.last_week
    group by all
),
-- where none was run in the first of the weeks, nothing says what was usual
searched as (
    select first_week, last_week, platform from run group by all having sum(n_first) > 0
),
alike as (
    select
        s.first_week, s.last_week, s.platform, o.queries,
        max(evenness_of(r.n_first, r.n_last)) as evenness
    from searched s
    join query_set o using (platform)
    left join run r using (first_week, last_week, platform, query)
    group by all
),
found as (
    select p.first_week, p.last_week, '' as topic_id, d.platform, d.day, q.queries
    from pair p
    join work_document d on d.day between p.first_week - 6 and p.first_week or d.day between p.last_week - 6 and p.last_week
    join post_query q on d.subject_kind = 'post' and q.subject_id = d.subject_id
    where d.is_primary
    union all
    select p.first_week, p.last_week, p.topic_id, d.platform, d.day, q.queries
    from call_pair p
    join mart_topic_doc d
        on d.topic_id = p.topic_id
        and (d.day between p.first_week - 6 and p.first_week or d.day between p.last_week - 6 and p.last_week)
    join post_query q on d.subject_kind = 'post' and q.subject_id = d.subject_id
    where not p.is_past and d.is_primary
),
uneven as (
    select
        f.first_week, f.last_week, f.topic_id,
        -- decimals, since a sum of doubles depends on the order of its rows
        sum(cast(1 - a.evenness as decimal(18, 9))) filter (where f.day <= f.first_week) as n_first,
        sum(cast(1 - a.evenness as decimal(18, 9))) filter (where f.day > f.last_week - 7) as n_last
    from found f
    join alike a using (first_week, last_week, platform, queries)
    group by all
),
total as (
    select first_week, last_week, topic_id, sum(n_first) as n_first, sum(n_last) as n_last
    from call_part
    where not is_past
    group by all
),
judged as (
    select
        u.first_week, u.last_week, u.topic_id,
        greatest(u.n_first::double / nullif(t.n_first, 0), u.n_last::double / nullif(t.n_last, 0)) as part_uneven
    from uneven u
    join total t using (first_week, last_week, topic_id)
)
select p.topic_id, p.first_week, p.last_week, greatest(t.part_uneven, e.part_uneven) as part_uneven
from (select distinct topic_id, first_week, last_week from call_pair where not is_past) p
left join judged t using (first_week, last_week, topic_id)
left join judged e on e.first_week = p.first_week and e.last_week = p.last_week and e.topic_id = '';
