-- erasure: one table, and how many of its rows are to be erased
select 'raw_posts' as table_name, count(*) as erased
from raw_posts
where platform || ':' || post_id in (select subject_id from erased_subjects)
union all
select 'raw_listings', count(*)
from raw_listings
where platform || ':' || listing_id in (select subject_id from erased_subjects)
union all
select 'raw_board_entries', count(*)
from raw_board_entries
where platform || ':' || subject_id in (select subject_id from erased_subjects)
union all
select 'core_posts', count(*) from core_posts semi join erased_subjects using (subject_id)
union all
select 'core_listings', count(*) from core_listings semi join erased_subjects using (subject_id)
union all
select 'core_board_entries', count(*)
from core_board_entries
where platform || ':' || subject_id in (select subject_id from erased_subjects)
union all
select 'core_annotations', count(*)
from core_annotations
where subject_id in (select subject_id from erased_subjects)
    or subject_kind = 'board_entry'
    and subject_id in (
        select entry_id
        from core_board_entries
        where platform || ':' || subject_id in (select subject_id from erased_subjects)
    )
union all
select 'rejections', count(*)
from rejections
where list_has_any(
    regexp_extract_all(detail || ' ' || payload, '[0-9A-Za-z_-]{6,}'),
    (select coalesce(list(own_id), []) from erased_ids)
);
