-- merged_posts: one post with a reading that is_merged, each field as last shown
-- a newer reading lacks what its file or page does not show: an empty field or list is not known to be empty
create or replace temp table merged_posts as
with loaded as (
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_posts
    where is_merged(load_seq, post_id)
),
-- what was kept stands for all earlier readings, unless one loaded now comes before the last of them, or a title without
-- its text differs: which reading showed what is then known from the readings alone
out_of_order as (
    select distinct platform, post_id
    from loaded n
    join core_posts k using (platform, post_id)
    where is_kept() and (
        (n.captured_at, n.run_id) <= (k.captured_at, k.run_id) or k.captured_at > getvariable('latest_moment')
        or (n.text = '' and n.title <> k.title)
    )
),
observed as (
    select * from loaded anti join out_of_order using (platform, post_id)
    union all by name
    select * exclude (subject_id)
    from core_posts
    semi join (select platform, post_id from loaded anti join out_of_order using (platform, post_id)) using (platform, post_id)
    where is_kept()
    union all by name
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_posts
    semi join out_of_order using (platform, post_id)
),
-- a reading of a time that is still to come, of a clock that was ahead, hides none; at equal times the run and then the
-- content decide, so that any order of loads ends the same
reading as (
    select *, row_number() over (partition by platform, post_id order by captured_at <= getvariable('latest_moment'), captured_at, run_id, observed) as nth
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
    arg_max(captured_at, nth) as captured_at,
    arg_max(run_id, nth) as run_id,
    min(first_captured_at) as first_captured_at,
    sum(observations)::bigint as observations
from reading
group by platform, post_id;
