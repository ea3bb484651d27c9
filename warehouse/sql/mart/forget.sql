-- no rows: forget what earlier builds remembered, so that this one starts from the core tables
drop table if exists work_state;
drop table if exists work_document;
drop table if exists work_topic;
drop table if exists work_home;
drop table if exists work_exposure;
drop table if exists work_source_load;
drop table if exists work_topic_doc;
drop table if exists mart_topic_doc;
drop table if exists mart_topic_day;
drop table if exists mart_story_match;
drop table if exists work_story_week;
drop table if exists mart_exposure_day;
drop table if exists mart_engagement_weight;
drop table if exists work_heat_day;
drop table if exists work_heat_cell;
drop table if exists mart_topic_heat_daily;
drop table if exists work_topic_speaker;
