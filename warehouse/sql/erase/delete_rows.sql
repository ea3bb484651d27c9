-- what is left is every row of raw, core, annotations and rejections that no erased subject is in
delete from core_annotations
where subject_id in (select subject_id from erased_subjects)
    or subject_kind = 'board_entry'
    and subject_id in (
        select entry_id
        from core_board_entries
        where platform || ':' || subject_id in (select subject_id from erased_subjects)
    );

delete from core_posts where subject_id in (select subject_id from erased_subjects);

delete from core_listings where subject_id in (select subject_id from erased_subjects);

delete from core_board_entries
where platform || ':' || subject_id in (select subject_id from erased_subjects);

delete from raw_posts where platform || ':' || post_id in (select subject_id from erased_subjects);

delete from raw_listings where platform || ':' || listing_id in (select subject_id from erased_subjects);

delete from raw_board_entries where platform || ':' || subject_id in (select subject_id from erased_subjects);

delete from rejections
where list_has_any(
    regexp_extract_all(detail || ' ' || payload, '[0-9A-Za-z_-]{6,}'),
    (select coalesce(list(own_id), []) from erased_ids)
);

set variable erased_ids = (select coalesce(list(own_id), []) from erased_ids);

update crawl_reports
set messages = list_filter(
    messages,
    lambda message: not list_has_any(
        regexp_extract_all(message, '[0-9A-Za-z_-]{6,}'), getvariable('erased_ids')
    )
);
