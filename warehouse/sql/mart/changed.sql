-- changed: one row per subject whose core row or labels changed since the last build, or that the new as-of day lets in
create or replace temp table changed as
select subject_kind, subject_id from changed_subjects
union
select 'post', subject_id
from core_posts, work_state s
where kind <> 'comment'
    and coalesce(published_at, first_captured_at) >= day_begin(s.as_of + 1)
    and coalesce(published_at, first_captured_at) < day_begin(cast(getvariable('as_of') as date) + 1)
union
select 'board_entry', entry_id
from core_board_entries, work_state s
where first_seen_at >= day_begin(s.as_of + 1) and first_seen_at < day_begin(cast(getvariable('as_of') as date) + 1);
