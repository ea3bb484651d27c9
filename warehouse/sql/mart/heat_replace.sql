-- mart_topic_heat_daily: the rows that are new or not what they were take the place of the old ones
delete from mart_topic_heat_daily where day <= getvariable('heat_after');
delete from mart_topic_heat_daily m
using (
    select day, platform, topic_id from heat_before
    union
    select day, platform, topic_id from heat_written
) g
where m.day = g.day and m.platform = g.platform and m.topic_id = g.topic_id;
insert into mart_topic_heat_daily by name select * from heat_written;
