-- documents: one post that is no comment, or one title on a board, with its text and day
create or replace temp view documents as
select
    'post' as subject_kind, subject_id, platform, author_key,
    coalesce(published_at, first_captured_at) as moment,
    cast(coalesce(published_at, first_captured_at) at time zone 'Asia/Shanghai' as date) as day,
    concat_ws(
        chr(10),
        nullif(title, ''),
        nullif(text, ''),
        nullif(array_to_string(list_transform(hashtags, lambda hashtag: '#' || hashtag), ' '), '')
    ) as text,
    -- the post that a board line names
    null as post_id
from core_posts
where kind <> 'comment'
union all
-- boards name no author; the same words on two boards of a platform are one title
select
    'board_entry', entry_id, platform, 'board', first_seen_at,
    cast(first_seen_at at time zone 'Asia/Shanghai' as date), title, platform || ':' || subject_id
from core_board_entries
