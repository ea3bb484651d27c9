-- merged_board_entries: one title on one board with a reading that is_merged, over all its observations
-- a reading lacks what its file or page does not show: a link, category or mark of an advert stays as last shown
create or replace temp macro tell_fields(subject_id, category, is_ad, url) as
    (subject_id is not null)::int + 2 * (category is not null)::int + 4 * (is_ad is not null)::int + 8 * (url is not null)::int;
create or replace temp macro tell_reading(seen_at, run, place, warmth, badge, subject, kind, advert, address) as
    row(seen_at <= getvariable('latest_moment'), seen_at, run, place, warmth, badge, subject, kind, advert, address)::struct(
        is_past boolean, last_seen_at timestamptz, run_id varchar, last_rank bigint, last_heat double,
        label varchar, subject_id varchar, category varchar, is_ad boolean, url varchar
    );

create or replace temp view board_reading as
select
    platform, board, title, load_seq, captured_at, rank, heat,
    tell_fields(subject_id, category, is_ad, url) as fields_shown,
    tell_reading(captured_at, run_id, rank, heat, label, subject_id, category, is_ad, url) as newest
from raw_board_entries;

create or replace temp view kept_entry as
select
    platform, board, title, first_seen_at, observations, best_rank, max_heat, last_seen_at as kept_at,
    tell_fields(subject_id, category, is_ad, url) as fields_shown,
    tell_reading(last_seen_at, run_id, last_rank, last_heat, label, subject_id, category, is_ad, url) as newest
from core_board_entries
where is_kept();

create or replace temp table merged_board_entries as
with observed as (
    select
        platform, board, title, newest, fields_shown, captured_at as first_seen_at, 1::bigint as observations,
        rank as best_rank, heat as max_heat, captured_at as loaded_at, null::timestamptz as kept_at
    from board_reading
    where is_merged(load_seq, title)
    union all by name
    select *, null as loaded_at
    from kept_entry
    semi join (
        select distinct platform, board, title
        from raw_board_entries
        where is_merged(load_seq, title)
    ) using (platform, board, title)
    union all by name
    -- a kept time that is still to come hid the readings of before
    select platform, board, title, newest, 0 as fields_shown, 0::bigint as observations
    from board_reading
    semi join (
        select platform, board, title
        from core_board_entries
        semi join (
            select distinct platform, board, title
            from raw_board_entries
            where is_merged(load_seq, title)
        ) using (platform, board, title)
        where is_kept() and last_seen_at > getvariable('latest_moment')
    ) using (platform, board, title)
),
-- the newest state is the greatest row: one of a time that has come before one of a clock that was ahead, then by time,
-- run and content, so that any order of loads ends the same
latest as (
    select
        platform, board, title,
        max(newest) as newest,
        min(first_seen_at) as first_seen_at,
        sum(observations)::bigint as observations,
        min(best_rank) as best_rank,
        max(max_heat) as max_heat,
        bit_or(fields_shown) as fields_shown,
        coalesce(min(loaded_at) <= max(kept_at), false) as is_late
    from observed
    group by platform, board, title
)
select
    md5(concat_ws(chr(31), platform, board, title)) as entry_id,
    latest.* exclude (newest),
    newest.*
from latest;

-- half_shown: one row per line whose newest reading lacks what another shows, or that came before one already kept
create or replace temp table half_shown as
select platform, board, title, is_late
from merged_board_entries
where (is_late and fields_shown > 0)
    or fields_shown <> tell_fields(subject_id, category, is_ad, url);

create or replace temp table shown_entries as
with reading as (
    select platform, board, title, newest
    from board_reading
    semi join half_shown using (platform, board, title)
    where is_merged(load_seq, title)
    union all
    select platform, board, title, newest
    from kept_entry
    semi join (select platform, board, title from half_shown where not is_late) using (platform, board, title)
    union all
    -- what was kept no longer tells which reading showed it
    select platform, board, title, newest
    from board_reading
    semi join (select platform, board, title from half_shown where is_late) using (platform, board, title)
),
shown as (
    select
        platform, board, title, max(newest) as newest,
        max(row(newest.is_past, newest.last_seen_at, newest.run_id, newest.subject_id)) filter (newest.subject_id is not null)[4] as subject_id,
        max(row(newest.is_past, newest.last_seen_at, newest.run_id, newest.category)) filter (newest.category is not null)[4] as category,
        max(row(newest.is_past, newest.last_seen_at, newest.run_id, newest.is_ad)) filter (newest.is_ad is not null)[4] as is_ad,
        max(row(newest.is_past, newest.last_seen_at, newest.run_id, newest.url)) filter (newest.url is not null)[4] as url
    from reading
    group by platform, board, title
)
select
    platform, board, title,
    coalesce(newest.subject_id, subject_id) as subject_id, coalesce(newest.category, category) as category,
    coalesce(newest.is_ad, is_ad) as is_ad, coalesce(newest.url, url) as url
from shown;

update merged_board_entries
set subject_id = shown.subject_id, category = shown.category, is_ad = shown.is_ad, url = shown.url
from shown_entries as shown
where merged_board_entries.platform = shown.platform and merged_board_entries.board = shown.board and merged_board_entries.title = shown.title;
