-- document_read: one row per reading of a post or a line of a board by a load, with the id of its document
create or replace temp view document_read as
select
    'post' as subject_kind, platform || ':' || post_id as subject_id, platform, load_seq, captured_at,
    coalesce(published_at, captured_at) as moment
from raw_posts
where kind <> 'comment'
union all
-- a board line about a post is a reading of that post
select
    if(d.post_id is null, 'board_entry', 'post'), coalesce(d.post_id, b.subject_id),
    b.platform, b.load_seq, b.captured_at, b.captured_at
from (
    select md5(concat_ws(chr(31), platform, board, title)) as subject_id, platform, load_seq, captured_at from raw_board_entries
) b
left join (select subject_id, post_id from work_document where post_id is not null) d using (subject_id);
