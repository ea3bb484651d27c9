-- mart_breakout: one row per title that stands below rank 10 in its board's newest snapshot of the as-of day and was not in the top 10 before
create or replace table mart_breakout as
select
    f.platform,
    f.board,
    f.title,
    md5(concat_ws(chr(31), f.platform, f.board, f.title)) as subject_id,
    c.url,
    f.captured_at,
    f.probability,
    f.threshold,
    f.threshold_misses,
    f.status = 'ok' and f.probability > f.threshold as is_call,
    f.rank,
    f.best_rank,
    f.rank_change_3h,
    f.age_hours,
    f.times_seen,
    f.heat,
    f.waiting_above,
    f.wording_score,
    f.alike_best_rank,
    f.status,
    f.model_version,
    getvariable('run_id') as run_id
from breakout_forecast f
left join core_board_entries c
    on c.entry_id = md5(concat_ws(chr(31), f.platform, f.board, f.title))
order by f.probability desc nulls last, f.platform, f.board, f.rank, f.title;
