-- what is left is every row of raw, core, annotations and rejections that no erased subject is in
delete from core_annotations where subject_id in (select subject_id from erased_documents);

delete from core_text_groups where subject_id in (select subject_id from erased_documents);

delete from text_bands where subject_id in (select subject_id from erased_documents);

-- a group goes on under the key of a document that is still there
update core_text_groups
set dup_group_id = heads.head, is_primary = core_text_groups.subject_id = heads.head
from (
    select platform, dup_group_id, min(subject_id) as head
    from core_text_groups
    where dup_group_id in (select subject_id from erased_documents)
    group by all
) as heads
where core_text_groups.platform = heads.platform and core_text_groups.dup_group_id = heads.dup_group_id;

set variable erased_documents = (select coalesce(list(subject_id), []) from erased_documents);

update core_clusters
set exemplars = list_filter(exemplars, lambda one: not list_contains(getvariable('erased_documents'), one));

delete from core_posts where subject_id in (select subject_id from erased_subjects);

delete from core_listings where subject_id in (select subject_id from erased_subjects);

delete from core_board_entries
where platform || ':' || subject_id in (select subject_id from erased_subjects);

delete from raw_posts where platform || ':' || post_id in (select subject_id from erased_subjects);

delete from raw_listings where platform || ':' || listing_id in (select subject_id from erased_subjects);

delete from raw_board_entries where platform || ':' || subject_id in (select subject_id from erased_subjects);

delete from rejections where is_named(detail || ' ' || payload);

update crawl_reports
set messages = list_filter(messages, lambda message: not is_named(message));
