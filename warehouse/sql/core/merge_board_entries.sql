-- core_board_entries: one title on one board, over all its observations; touches only those of load getvariable('load_seq')
create or replace temp table merged_entries as
with observed as (
    select
        platform, board, title,
        row(captured_at, run_id, rank, heat, subject_id, label, category, is_ad, url)::struct(
            last_seen_at timestamptz, run_id varchar, last_rank bigint, last_heat double,
            subject_id varchar, label varchar, category varchar, is_ad boolean, url varchar
        ) as newest,
        captured_at as first_seen_at,
        1::bigint as observations,
        rank as best_rank,
        heat as max_heat
    from raw_board_entries
    where load_seq = getvariable('load_seq')
    union all by name
    select
        platform, board, title,
        row(last_seen_at, run_id, last_rank, last_heat, subject_id, label, category, is_ad, url)::struct(
            last_seen_at timestamptz, run_id varchar, last_rank bigint, last_heat double,
            subject_id varchar, label varchar, category varchar, is_ad boolean, url varchar
        ) as newest,
        first_seen_at,
        observations,
        best_rank,
        max_heat
    from core_board_entries
    semi join (
        select distinct platform, board, title
        from raw_board_entries
        where load_seq = getvariable('load_seq')
    ) using (platform, board, title)
),
-- the newest state is the greatest row: time first, then run, then content, so that any order of loads ends the same
latest as (
    select
        platform, board, title,
        max(newest) as newest,
        min(first_seen_at) as first_seen_at,
        sum(observations)::bigint as observations,
        min(best_rank) as best_rank,
        max(max_heat) as max_heat
    from observed
    group by platform, board, title
)
select
    md5(concat_ws(chr(31), platform, board, title)) as entry_id,
    latest.* exclude (newest),
    newest.*
from latest;

delete from core_board_entries where entry_id in (select entry_id from merged_entries);
insert into core_board_entries by name select * from merged_entries;

-- the next build of the marts reads these again
insert into changed_subjects select 'board_entry', entry_id from merged_entries;

drop table merged_entries;
