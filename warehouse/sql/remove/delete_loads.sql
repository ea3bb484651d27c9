-- raw_*: no row of the loads getvariable('removed_loads'); core_*: no row without a reading
delete from raw_posts where list_contains(getvariable('removed_loads'), load_seq);
delete from raw_listings where list_contains(getvariable('removed_loads'), load_seq);
delete from raw_board_entries where list_contains(getvariable('removed_loads'), load_seq);
delete from rejections where list_contains(getvariable('removed_loads'), load_seq);

delete from crawl_reports
where (source, run_id) in (
    select (source, run_id) from load_ledger where list_contains(getvariable('removed_loads'), load_seq)
);

delete from load_ledger where list_contains(getvariable('removed_loads'), load_seq);

-- unread: one row per subject that nothing else has read
create or replace temp table unread as
select subject_id
from core_posts
semi join removed_ids r on r.platform = core_posts.platform and r.id = core_posts.post_id
anti join raw_posts using (platform, post_id)
union all
select subject_id
from core_listings
semi join removed_ids r on r.platform = core_listings.platform and r.id = core_listings.listing_id
anti join raw_listings using (platform, listing_id)
union all
select entry_id
from core_board_entries
semi join removed_ids r on r.platform = core_board_entries.platform and r.id = core_board_entries.title
anti join raw_board_entries using (platform, board, title);

delete from core_posts where subject_id in (select subject_id from unread);
delete from core_listings where subject_id in (select subject_id from unread);
delete from core_board_entries where entry_id in (select subject_id from unread);
delete from core_annotations where subject_id in (select subject_id from unread);

-- copies are looked for anew: which was the first may be known of what was removed alone
delete from core_text_groups where platform in (select platform from removed_ids);
delete from text_bands where platform in (select platform from removed_ids);

set variable unread = (select coalesce(list(subject_id), []) from unread);

update core_clusters
set exemplars = list_filter(exemplars, lambda one: not list_contains(getvariable('unread'), one));

drop table unread;
