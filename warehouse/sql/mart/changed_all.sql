-- changed: one row per subject of the core tables; for a build from nothing
create or replace temp table changed as
select 'post' as subject_kind, subject_id from core_posts where kind <> 'comment'
union all
select 'board_entry', entry_id from core_board_entries;
