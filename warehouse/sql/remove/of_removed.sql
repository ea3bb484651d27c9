-- removed_ids: ids and titles that the loads getvariable('removed_loads') have read, with their platforms
create or replace temp table removed_ids as
select distinct platform, post_id as id from raw_posts where list_contains(getvariable('removed_loads'), load_seq)
union
select platform, listing_id from raw_listings where list_contains(getvariable('removed_loads'), load_seq)
union
select platform, title from raw_board_entries where list_contains(getvariable('removed_loads'), load_seq);

-- what a merge takes: all readings of these, and nothing of what the core tables keep
create or replace temp macro is_merged(load_seq, id) as id in (select removed_ids.id from removed_ids);
create or replace temp macro is_kept() as false;
