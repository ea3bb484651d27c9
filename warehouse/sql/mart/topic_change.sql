-- tag_gone: one row per topic and document that went or is not what it was; topic_change: one row per topic that any came to or left
create or replace temp table tag_gone as
select * from tag_before b anti join tag_kept k on k.before_row = b.rowid;

create or replace temp table topic_change as
select
    topic_id, sum(n)::bigint as n_all, coalesce(sum(n) filter (where is_primary), 0)::bigint as n_docs,
    min(day) filter (where n > 0) as first_new, min(day) filter (where n < 0) as first_gone
from (
    select topic_id, is_primary, day, 1 as n from tag_new
    union all
    select topic_id, is_primary, day, -1 from tag_gone
)
group by topic_id;

merge into work_topic
using topic_change using (topic_id)
when matched then update set
    n_all = work_topic.n_all + topic_change.n_all,
    n_docs = work_topic.n_docs + topic_change.n_docs,
    first_day = least(work_topic.first_day, topic_change.first_new)
when not matched then insert (topic_id, n_all, n_docs, first_day, is_kept)
    values (topic_change.topic_id, topic_change.n_all, topic_change.n_docs, topic_change.first_new, false);
delete from work_topic where n_all = 0;

-- a tag or word belongs to the interest that most of its documents carry, copies and adverts left out: how many each pair shares
create or replace temp table home_change as
select topic_id, home, sum(n)::bigint as n_shared
from (
    select topic_id, home, n_shared as n from home_now
    union all
    select t.topic_id, split_part(i.topic_id, ':', 2), -1
    from tag_before t
    join tag_before i using (subject_kind, subject_id)
    where t.is_primary and not starts_with(t.topic_id, 'interest:') and starts_with(i.topic_id, 'interest:')
)
group by topic_id, home
having sum(n) <> 0;

merge into work_home
using home_change using (topic_id, home)
when matched then update set n_shared = work_home.n_shared + home_change.n_shared
when not matched then insert (topic_id, home, n_shared)
    values (home_change.topic_id, home_change.home, home_change.n_shared);
delete from work_home where n_shared = 0;

-- topics that are counted from now on, or no longer
create or replace temp table topic_move as
with eligible as (
    select topic_id, n_docs
    from work_topic
    where n_docs >= getvariable('least_docs') and not starts_with(topic_id, 'interest:')
),
-- the fewest documents that have a place; names decide among those alone, since to sort all of them takes ten times as long
fewest as (
    select min(n_docs) as n_docs from (select n_docs from eligible order by n_docs desc limit getvariable('most_topics'))
),
placed as (
    select topic_id from eligible where n_docs > (select n_docs from fewest)
    union all
    (select topic_id
    from eligible
    where n_docs = (select n_docs from fewest)
    order by split_part(topic_id, ':', 1), substr(topic_id, strpos(topic_id, ':') + 1)
    limit getvariable('most_topics') - (select count(*) from eligible where n_docs > (select n_docs from fewest)))
),
ranked as (
    select
        topic_id, is_kept,
        starts_with(topic_id, 'interest:') or (
            topic_id in (select topic_id from placed)
            -- the posts that made a cluster cannot test it: it is a topic from the third day after them
            and coalesce(born_on <= cast(getvariable('as_of') as date) - 3, true)
        ) as is_kept_now
    from work_topic
    left join core_clusters on topic_id = 'cluster:' || cluster_id
)
select topic_id, is_kept_now as is_entering from ranked where is_kept_now <> is_kept;

update work_topic
set is_kept = topic_move.is_entering
from topic_move
where topic_move.topic_id = work_topic.topic_id;
