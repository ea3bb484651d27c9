-- changed: one row per subject whose core row or labels changed since the last build, or that the new as-of day lets in
create or replace temp table changed as
select subject_kind, subject_id from changed_subjects
union
select 'post', subject_id
from core_posts, work_state s
where kind <> 'comment'
    and shanghai_day(coalesce(published_at, first_captured_at)) > s.as_of
    and shanghai_day(coalesce(published_at, first_captured_at)) <= cast(getvariable('as_of') as date)
union
select 'board_entry', entry_id
from core_board_entries, work_state s
where shanghai_day(first_seen_at) > s.as_of and shanghai_day(first_seen_at) <= cast(getvariable('as_of') as date);
