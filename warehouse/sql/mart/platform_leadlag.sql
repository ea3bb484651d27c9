-- mart_platform_leadlag: one row per quarter and pair of platforms: whose boards carry the same story first, and by how much
create or replace table mart_platform_leadlag as
with stories as (
    select quarter, platform, sum(n_stories) as n_stories
    from (select distinct week, quarter, platform, n_stories from work_story_week)
    group by all
),
placebo as (
    select
        w.quarter, w.platform as a, w.placebo_platform as b,
        sum(w.n_placebo) as n_placebo, sum(w.n_sampled) as n_sampled
    from work_story_week w
    where w.placebo_platform is not null
    group by all
),
counted as (
    select
        cast(date_trunc('quarter', shanghai_day(first_a)) as date) as quarter, platform_a as a, platform_b as b,
        count(*) as n_topics,
        median(lag_h) as lag_med_h, quantile_cont(lag_h, 0.25) as lag_q25, quantile_cont(lag_h, 0.75) as lag_q75,
        count(*) filter (where order_call = 'a_first') as n_a, count(*) filter (where order_call = 'b_first') as n_b,
        count(*) filter (where similarity = 1) as n_exact,
        median(resolution_h) as resolution_med_h,
        -- halves of the stories, by a hash: what is so of all should be so of each
        count(*) filter (where order_call = 'a_first' and is_odd) as n_a_odd,
        count(*) filter (where order_call = 'b_first' and is_odd) as n_b_odd
    from (select *, ascii(right(md5(subject_a), 1)) % 2 = 1 as is_odd from story_order)
    where order_call is not null
    group by all
),
matched as (
    select
        cast(date_trunc('quarter', shanghai_day(first_a)) as date) as quarter, platform_a as a, platform_b as b,
        count(distinct title_no_a) as n_matched_a, count(distinct title_no_b) as n_matched_b
    from story_title
    group by all
)
select
    c.quarter, c.a, c.b, c.n_topics, c.lag_med_h, c.lag_q25, c.lag_q75,
    c.n_a / nullif(c.n_a + c.n_b, 0) as a_first_share,
    (c.n_topics - c.n_a - c.n_b) / c.n_topics as tie_share,
    -- two-sided sign test by the normal approximation with continuity correction
    case when c.n_a + c.n_b > 0 then normal_tail(greatest(abs(c.n_a - c.n_b) - 1, 0) / sqrt(c.n_a + c.n_b)) end as p_sign,
    case when c.n_topics < 30 then 'low_support' else 'ok' end as status,
    c.n_exact / c.n_topics as exact_share,
    m.n_matched_a / a.n_stories as match_share_a,
    m.n_matched_b / b.n_stories as match_share_b,
    p.n_placebo / nullif(p.n_sampled, 0) as placebo_share_a,
    c.n_a_odd / nullif(c.n_a_odd + c.n_b_odd, 0) as a_first_share_odd,
    (c.n_a - c.n_a_odd) / nullif(c.n_a - c.n_a_odd + c.n_b - c.n_b_odd, 0) as a_first_share_even,
    c.resolution_med_h,
    getvariable('run_id') as run_id, 4 as metric_ver
from counted c
join matched m using (quarter, a, b)
join stories a on a.quarter = c.quarter and a.platform = c.a
left join stories b on b.quarter = c.quarter and b.platform = c.b
left join placebo p on p.quarter = c.quarter and p.a = c.a and p.b = c.b
order by c.quarter, c.a, c.b;
