-- no rows: the q by event of each topic near fading and the event of those that fade, written into mart_topic_velocity
update mart_topic_velocity v
set event_q_value = e.event_q_value, event_id = e.event_id
from fading_event e
where v.platform = 'all' and e.week = v.week and e.topic_id = v.topic_id;
