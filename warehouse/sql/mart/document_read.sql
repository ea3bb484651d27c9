-- document_read: one row per reading of a post or a line of a board by a load, with the id of its document
create or replace temp view document_read as
select
    'post' as subject_kind, platform || ':' || post_id as subject_id, platform, load_seq, captured_at,
    coalesce(published_at, captured_at) as moment
from raw_posts
where kind <> 'comment'
union all
select 'board_entry', md5(concat_ws(chr(31), platform, board, title)), platform, load_seq, captured_at, captured_at
from raw_board_entries;
