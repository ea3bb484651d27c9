-- story_title: one row per pair of like titles of two platforms, with a number for either title among those of that pair of platforms
create or replace temp table story_title as
select
    platform_a, platform_b, subject_a, first_a, first_b, similarity, gap_a_h, gap_b_h,
    hash(platform_a, platform_b, subject_a) as title_no_a, hash(platform_b, platform_a, subject_b) as title_no_b
from mart_story_match;
