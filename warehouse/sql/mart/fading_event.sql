-- no rows: the event of each fading topic, written into mart_topic_velocity
update mart_topic_velocity v
set event_id = e.event_id
from fading_event e
where v.platform = 'all' and e.week = v.week and e.topic_id = v.topic_id;
