-- erased_subjects: one post or listing to erase: named itself, by an erased author, or under one of these
insert into erased_subjects
with recursive below as (
    (
        select subject_id from erased_subjects
        union
        select platform || ':' || post_id as subject_id
        from raw_posts
        semi join erased_authors using (author_key)
    )
    union
    select raw_posts.platform || ':' || raw_posts.post_id
    from raw_posts
    join below on below.subject_id = raw_posts.platform || ':' || raw_posts.parent_id
)
select subject_id
from below
anti join erased_subjects using (subject_id);
