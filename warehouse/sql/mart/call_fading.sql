-- call_fading: one row per topic that fades beyond chance in some week, with the level that its fall is held against
create or replace temp table fading_week as
select
    v.* replace (v.event_q_value as q_value),
    -- the week before was chosen for being high, so that anything would stand below it later: it is the level only where it was itself a rise
    -- beyond chance, else the four weeks before it are
    v.week - case when b.topic_id is null then 41 else 13 end as first_day,
    v.week - case when b.topic_id is null then 14 else 7 end as last_day
from mart_topic_velocity v
left join mart_topic_burst b
    on b.grain = 'w' and b.platform = 'all' and b.level = 'signal' and b.topic_id = v.topic_id and b.day = v.week - 7
where v.platform = 'all' and v.status = 'ok' and v.v_hi < 0 and v.event_q_value <= 0.05;

create or replace temp table call_fading as
select f.*, u.share as base_share
from fading_week f
left join usual_level('fading_week') u using (week, topic_id, first_day, last_day);
