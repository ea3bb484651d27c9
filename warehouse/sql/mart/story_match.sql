-- mart_story_match: one row per title on a board of platform_a and title like it on a board of platform_b within 72 hours
delete from mart_story_match where week in (select week from story_weeks);
delete from work_story_week where week in (select week from story_weeks);
insert into mart_story_match select * from story_pairs order by week, platform_a, platform_b, subject_a, subject_b;
insert into work_story_week select * from story_counts;
