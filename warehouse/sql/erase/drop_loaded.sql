-- raw_*: rows of load getvariable('load_seq') that name an erased author or subject, or stand under one, are not kept
create or replace temp table dropped_posts as
with recursive below as (
    select platform, post_id
    from raw_posts
    where load_seq = getvariable('load_seq')
        and (
            author_key in (select author_key from erased_authors)
            or platform || ':' || post_id in (select subject_id from erased_subjects)
            or platform || ':' || parent_id in (select subject_id from erased_subjects)
        )
    union
    select raw_posts.platform, raw_posts.post_id
    from raw_posts
    join below on below.platform = raw_posts.platform and below.post_id = raw_posts.parent_id
    where raw_posts.load_seq = getvariable('load_seq')
)
select platform, post_id from below;

delete from raw_posts
where load_seq = getvariable('load_seq') and (platform, post_id) in (select platform, post_id from dropped_posts);

delete from raw_listings
where load_seq = getvariable('load_seq')
    and platform || ':' || listing_id in (select subject_id from erased_subjects);

delete from raw_board_entries
where load_seq = getvariable('load_seq')
    and platform || ':' || subject_id in (select subject_id from erased_subjects);

delete from rejections where load_seq = getvariable('load_seq') and is_named(detail || ' ' || payload);

update crawl_reports
set messages = list_filter(messages, lambda message: not is_named(message))
where source = getvariable('load_source') and run_id = getvariable('load_run_id');

drop table dropped_posts;
