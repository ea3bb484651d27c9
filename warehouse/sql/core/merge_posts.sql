-- core_posts: one post, as last observed; touches only the posts of load getvariable('load_seq')
create or replace temp table merged_posts as
with observed as (
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_posts
    where load_seq = getvariable('load_seq')
    union all by name
    select * exclude (subject_id)
    from core_posts
    semi join (select platform, post_id from raw_posts where load_seq = getvariable('load_seq'))
        using (platform, post_id)
),
-- at equal times the run and then the content decide, so that any order of loads ends the same
newest as (
    select
        arg_max(observed, row(captured_at, run_id, observed)) as entry,
        min(first_captured_at) as first_captured_at,
        sum(observations)::bigint as observations
    from observed
    group by platform, post_id
)
select
    entry.* exclude (first_captured_at, observations),
    entry.platform || ':' || entry.post_id as subject_id,
    newest.first_captured_at,
    newest.observations
from newest;

-- a text that changed is tagged anew
delete from core_annotations
where subject_kind = 'post'
    and subject_id in (
        select subject_id
        from merged_posts
        join core_posts using (subject_id)
        where merged_posts.text <> core_posts.text
            or merged_posts.title is distinct from core_posts.title
            or merged_posts.hashtags <> core_posts.hashtags
    );

delete from core_posts where (platform, post_id) in (select (platform, post_id) from merged_posts);
insert into core_posts by name select * from merged_posts;

-- the next build of the marts reads these again
insert into changed_subjects select 'post', subject_id from merged_posts;

drop table merged_posts;
