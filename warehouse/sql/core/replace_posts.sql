-- core_posts: the rows of merged_posts in place of those before, and what follows from it
-- reworded_posts: one row per post that says something else now: it is tagged anew, and its copies are looked for anew
create or replace temp table reworded_posts as
select subject_id
from merged_posts
join core_posts using (subject_id)
where merged_posts.text <> core_posts.text
    or merged_posts.title is distinct from core_posts.title
    or merged_posts.hashtags <> core_posts.hashtags;

delete from core_annotations where subject_kind = 'post' and subject_id in (select subject_id from reworded_posts);
delete from core_text_groups where subject_kind = 'post' and subject_id in (select subject_id from reworded_posts);
delete from text_bands where subject_kind = 'post' and subject_id in (select subject_id from reworded_posts);

delete from core_posts where (platform, post_id) in (select (platform, post_id) from merged_posts);
insert into core_posts by name select * from merged_posts;

-- renamed_groups: one row per group whose first document left it: it goes on under the key of the next
create or replace temp table renamed_groups as
select g.platform, g.dup_group_id, min_by(g.subject_id, (moment, g.subject_id)) as head
from core_text_groups g
semi join reworded_posts r on r.subject_id = g.dup_group_id
join (
    select subject_id, coalesce(published_at, first_captured_at) as moment from core_posts
    union all
    select entry_id, first_seen_at from core_board_entries
) using (subject_id)
group by all;

-- the next build of the marts reads these again
insert into changed_subjects
select 'post', subject_id from merged_posts
union all
select g.subject_kind, g.subject_id from core_text_groups g join renamed_groups using (platform, dup_group_id);

update core_text_groups
set dup_group_id = renamed.head, is_primary = core_text_groups.subject_id = renamed.head
from renamed_groups as renamed
where core_text_groups.platform = renamed.platform and core_text_groups.dup_group_id = renamed.dup_group_id;

drop table merged_posts;
drop table reworded_posts;
drop table renamed_groups;
