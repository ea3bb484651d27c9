-- subjects: one text that can be tagged, with the kind of the table it is of
create or replace temp view subjects as
select
    'post' as subject_kind,
    subject_id,
    concat_ws(
        chr(10),
        nullif(title, ''),
        nullif(text, ''),
        nullif(array_to_string(list_transform(hashtags, lambda hashtag: '#' || hashtag), ' '), '')
    ) as text
from core_posts
union all
select 'listing', subject_id, concat_ws(chr(10), nullif(title, ''), nullif(text, ''))
from core_listings
union all
select 'board_entry', entry_id, title
from core_board_entries
