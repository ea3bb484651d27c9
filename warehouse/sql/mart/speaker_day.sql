-- speaker_day: one row per day whose speakers are counted again: a document came, went or changed on it or in the six days before
create or replace temp table speaker_day as
select distinct day + shift as day
from restated_day, unnest(range(7)::integer[]) s(shift)
where day + shift > getvariable('weeks_after') and day + shift <= cast(getvariable('as_of') as date);

delete from work_topic_speaker
where day in (select day from speaker_day) or day <= getvariable('weeks_after')
    or topic_id in (select topic_id from topic_move);
