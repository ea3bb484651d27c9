-- no rows: whether a topic is the one that its event is named by, so that every list shows, records and grades the same row of an event; kept
-- in the published file, so that queries of it run in any client
create or replace macro names_event(topic_id, event_id) as topic_id = coalesce(event_id, topic_id);
