-- mart_platform_leadlag: one row per quarter and pair of platforms: whose boards carry the same title first, and by how much
create or replace table mart_platform_leadlag as
with story as (
    select platform, normalise_title(title) as wording, min(first_seen_at) as moment
    from core_board_entries
    where not coalesce(is_ad, false)
    group by all
    having length(wording) >= 6
),
pairs as (
    select
        cast(date_trunc('quarter', shanghai_day(least(a.moment, b.moment))) as date) as quarter,
        a.platform as a, b.platform as b,
        date_diff('second', a.moment, b.moment) / 3600.0 as lag_h
    from story a
    join story b on a.wording = b.wording and a.platform < b.platform
    where abs(date_diff('second', a.moment, b.moment)) <= 72 * 3600
        and shanghai_day(least(a.moment, b.moment)) <= cast(getvariable('as_of') as date)
),
counted as (
    select
        quarter, a, b, count(*) as n_topics,
        median(lag_h) as lag_med_h, quantile_cont(lag_h, 0.25) as lag_q25, quantile_cont(lag_h, 0.75) as lag_q75,
        count(*) filter (where lag_h > 1) as n_a, count(*) filter (where lag_h < -1) as n_b
    from pairs
    group by all
)
select
    quarter, a, b, n_topics, lag_med_h, lag_q25, lag_q75,
    n_a / nullif(n_a + n_b, 0) as a_first_share,
    (n_topics - n_a - n_b) / n_topics as tie_share,
    -- two-sided sign test by the normal approximation with continuity correction
    case when n_a + n_b > 0 then normal_tail(greatest(abs(n_a - n_b) - 1, 0) / sqrt(n_a + n_b)) end as p_sign,
    case when n_topics < 30 then 'low_support' else 'ok' end as status
from counted
order by quarter, a, b;
