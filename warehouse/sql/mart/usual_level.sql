-- no rows: usual_level(asked): one row per week and topic asked for: the part of all documents of the week that it would have, were it spoken of
-- as on the days from first_day to last_day; by the sources that count in the week, as its platforms are read then. `asked` has week, topic_id,
-- first_day and last_day. Null where fewer than seven of the days were read or the topic was not met on them
create or replace temp macro usual_level(asked) as table
with span as (
    select distinct week, first_day, last_day from query_table(asked)
),
left_out as (
    select a.*, s.subject_kind, s.subject_id, s.platform, s.day
    from span a
    join stray_panel p on p.scope = 'all' and a.week between p.first_day and p.last_day
    join stray s using (platform, sources)
    where s.is_primary and (s.day between a.first_day and a.last_day or s.day between a.week - 6 and a.week)
),
counted as (
    select a.*, e.platform, e.day, e.n_docs
    from span a
    join mart_exposure_day e on e.day between a.first_day and a.last_day or e.day between a.week - 6 and a.week
    where e.platform <> 'all'
    union all
    select week, first_day, last_day, platform, day, -count(*)
    from left_out
    group by all
),
exposure as (
    select
        week, first_day, last_day, platform,
        coalesce(sum(n_docs) filter (where day <= last_day), 0) as e_past, coalesce(sum(n_docs) filter (where day > last_day), 0) as e_now
    from counted
    group by all
),
total as (
    select week, first_day, last_day, sum(e_past) as e_past, sum(e_now) as e_now, sum(e_now) filter (where e_past > 0) as e_known
    from exposure
    group by all
    having sum(e_now) > 0
),
known as (
    select week, first_day, last_day, count(distinct day) as n_days
    from counted
    where n_docs > 0 and day <= last_day
    group by all
),
spoken as (
    select a.week, a.topic_id, a.first_day, a.last_day, d.platform, d.n_docs
    from query_table(asked) a
    join mart_topic_day d on d.topic_id = a.topic_id and d.day between a.first_day and a.last_day
    where d.platform <> 'all'
    union all
    select l.week, d.topic_id, l.first_day, l.last_day, l.platform, -1
    from left_out l
    join mart_topic_doc d on d.subject_kind = l.subject_kind and d.subject_id = l.subject_id and d.day = l.day
    semi join query_table(asked) a
        on a.week = l.week and a.first_day = l.first_day and a.last_day = l.last_day and a.topic_id = d.topic_id
    where l.day <= l.last_day
),
part as (
    select week, topic_id, first_day, last_day, platform, sum(n_docs) as n_docs
    from spoken
    group by all
)
-- beside its own documents one that is spread as all are, as in the burst test
select
    p.week, p.topic_id, p.first_day, p.last_day,
    sum(p.n_docs) / (sum(p.n_docs) + 1)
    * (spread_documents(p.n_docs, e.e_now, e.e_past) + any_value(t.e_known) / any_value(t.e_past)) / any_value(t.e_now) as share
from part p
join exposure e using (week, first_day, last_day, platform)
join total t using (week, first_day, last_day)
join known k using (week, first_day, last_day)
where e.e_past > 0 and k.n_days >= 7
group by p.week, p.topic_id, p.first_day, p.last_day
having sum(p.n_docs) > 0;
