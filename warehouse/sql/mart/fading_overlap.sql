-- fading: one row per week and topic that is near fading over all platforms; its documents of that week and the one before
-- (fading_said: one row per such document)
create or replace temp table fading_said as
select v.week, v.topic_id, d.subject_kind, d.subject_id, v.v_hi < 0 as is_told, lower_tail(v.v_log * 3.92 / (v.v_hi - v.v_lo)) as p_value
from mart_topic_velocity v
join mart_topic_doc d on d.topic_id = v.topic_id and d.day between v.week - 13 and v.week
where v.platform = 'all' and v.status = 'ok' and v.q_value <= 0.2 and d.is_primary;

create or replace temp table fading as
with tested as (
    select week, count(*) as n_tested from mart_topic_velocity where platform = 'all' and status = 'ok' group by week
)
select s.week, s.topic_id, count(*) as n_docs, any_value(s.is_told) as is_told, any_value(s.p_value) as p_value, t.n_tested
from fading_said s
join tested t using (week)
group by s.week, s.topic_id, t.n_tested;

-- fading_overlap: one row per pair of them that share half of their documents
create or replace temp table fading_overlap as
with shared as (
    select a.week, a.topic_id as topic_a, b.topic_id as topic_b, count(*) as n
    from fading_said a
    join fading_said b using (week, subject_kind, subject_id)
    where a.topic_id < b.topic_id
    group by all
)
select s.week, s.topic_a, s.topic_b
from shared s
join fading a on a.week = s.week and a.topic_id = s.topic_a
join fading b on b.week = s.week and b.topic_id = s.topic_b
where tell_of_one_event(s.topic_a, s.topic_b, a.n_docs, b.n_docs, s.n)
order by all;
