-- restated_day: one row per day of a document that came, went or changed; its counts of topics are made anew
create or replace temp table restated_day as
select day from tag_new union select day from tag_gone;

delete from mart_topic_day where day in (select day from restated_day);
delete from mart_topic_day where topic_id in (select topic_id from topic_move);
