-- no rows: the event of each risen topic, written into mart_topic_burst
update mart_topic_burst b
set event_id = e.event_id
from burst_event e
where e.grain = b.grain and e.day = b.day and e.platform = b.platform and e.topic_id = b.topic_id;
