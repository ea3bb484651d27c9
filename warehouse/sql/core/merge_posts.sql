-- core_posts: one post, each field as last shown; touches only the posts of load getvariable('load_seq')
-- a newer reading lacks what its file or page does not show: an empty field or list is not known to be empty
create or replace temp table merged_posts as
with loaded as (
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_posts
    where load_seq = getvariable('load_seq')
),
-- what was kept stands for all earlier readings, unless one loaded now comes before the last of them, or a title without
-- its text differs: which reading showed what is then known from the readings alone
out_of_order as (
    select distinct platform, post_id
    from loaded n
    join core_posts k using (platform, post_id)
    where (n.captured_at, n.run_id) <= (k.captured_at, k.run_id) or (n.text = '' and n.title <> k.title)
),
observed as (
    select * from loaded anti join out_of_order using (platform, post_id)
    union all by name
    select * exclude (subject_id)
    from core_posts
    semi join (select platform, post_id from loaded anti join out_of_order using (platform, post_id)) using (platform, post_id)
    union all by name
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_posts
    semi join out_of_order using (platform, post_id)
),
-- at equal times the run and then the content decide, so that any order of loads ends the same
reading as (
    select *, row_number() over (partition by platform, post_id order by captured_at, run_id, observed) as nth
    from observed
)
select
    platform, post_id, platform || ':' || post_id as subject_id,
    arg_max(kind, nth) as kind,
    arg_max(parent_id, nth) as parent_id,
    arg_max(url, nth) as url,
    -- of the last reading that shows both where one does: the title then stays with its text
    arg_max(title, row(text <> '', nth)) as title,
    coalesce(arg_max(text, nth) filter (text <> ''), '') as text,
    coalesce(arg_max(hashtags, nth) filter (len(hashtags) > 0), []) as hashtags,
    arg_max(category, nth) as category,
    arg_max(author_key, nth) as author_key,
    arg_max(published_at, nth) as published_at,
    -- as exact as the moment it belongs to
    struct_extract(arg_max({precision: published_precision}, nth) filter (published_at is not null), 'precision') as published_precision,
    arg_max(is_ad, nth) as is_ad,
    arg_max(query, nth) as query,
    arg_max(views, nth) as views,
    arg_max(likes, nth) as likes,
    arg_max(comments, nth) as comments,
    arg_max(shares, nth) as shares,
    arg_max(collects, nth) as collects,
    arg_max(danmaku, nth) as danmaku,
    list_filter([
        case when arg_max(list_contains(floor_counts, 'views'), nth) filter (views is not null) then 'views' end,
        case when arg_max(list_contains(floor_counts, 'likes'), nth) filter (likes is not null) then 'likes' end,
        case when arg_max(list_contains(floor_counts, 'comments'), nth) filter (comments is not null) then 'comments' end,
        case when arg_max(list_contains(floor_counts, 'shares'), nth) filter (shares is not null) then 'shares' end,
        case when arg_max(list_contains(floor_counts, 'collects'), nth) filter (collects is not null) then 'collects' end,
        case when arg_max(list_contains(floor_counts, 'danmaku'), nth) filter (danmaku is not null) then 'danmaku' end
    ], lambda name: name is not null) as floor_counts,
    max(captured_at) as captured_at,
    arg_max(run_id, nth) as run_id,
    min(first_captured_at) as first_captured_at,
    sum(observations)::bigint as observations
from reading
group by platform, post_id;

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
