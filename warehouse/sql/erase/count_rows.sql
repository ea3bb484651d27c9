-- erasure: one table, and how many of its rows are to be erased, or to lose what they name of it
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
where subject_id in (select subject_id from erased_documents)
union all
select 'core_text_groups', count(*)
from core_text_groups
where subject_id in (select subject_id from erased_documents)
    or dup_group_id in (select subject_id from erased_documents)
union all
select 'text_bands', count(*) from text_bands semi join erased_documents using (subject_id)
union all
select 'core_clusters', count(*)
from core_clusters
where list_has_any(exemplars, (select coalesce(list(subject_id), []) from erased_documents))
union all
select 'rejections', count(*) from rejections where is_named(detail || ' ' || payload)
union all
select 'crawl_reports', count(*)
from crawl_reports
where len(list_filter(messages, lambda message: is_named(message))) > 0;
