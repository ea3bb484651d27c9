-- v_weekly_trend: one row per week and topic: everything known of it in one line
create or replace table mart_weekly_facts as
with heat_day_gap as (
    select day from heat_gap where build = 'now'
),
-- the days whose shares are of the platforms that usually count
shared as (
    select week_of(day) as week, count(*) as n_days
    from mart_exposure_day
    anti join heat_day_gap using (day)
    where platform = 'all' and n_docs > 0 and day > getvariable('weeks_after')
    group by all
),
heat as (
    select
        week_of(day) as week, topic_id,
        -- decimals, since a sum of doubles depends on the order of its rows
        sum(cast(heat_share_bp as decimal(18, 6))) filter (where g.day is null) as heat_share_bp,
        count(*) filter (where heat_share_bp is null and g.day is null) as n_unknown,
        any_value(rank_diff) filter (where day = week_of(day)) as heat_rank_diff
    from mart_topic_heat_daily h
    left join heat_day_gap g using (day)
    where platform = 'all' and day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
    group by all
),
spread as (
    select week, topic_id, count(*) as n_platforms
    from topic_week
    where platform <> 'all' and n_docs > 0
    group by all
),
-- the platform that was before every other one where the topic rose; beside a tie nobody leads, and no week knows of a later rise
sided as (
    select topic_id, platform_a as platform, first_a as moment, order_call = 'a_first' as is_first from mart_topic_leadlag
    union all
    select topic_id, platform_b, first_b, order_call = 'b_first' from mart_topic_leadlag
),
leader as (
    select topic_id, platform as lead_platform, shanghai_day(min(moment)) as first_day
    from sided
    group by topic_id, platform
    having bool_and(coalesce(is_first, false))
),
companion as (
    -- words beside the topic that week, by how much more often than elsewhere; a text that is copied says its words once
    select a.week, a.topic_id, w.label, count(*) as n
    from (select distinct week_of(day) as week, topic_id, subject_id from mart_topic_doc
          where day > cast(getvariable('as_of') as date) - 7 and is_primary) a
    join mart_topic_doc o on o.subject_id = a.subject_id and o.topic_id <> a.topic_id
    join mart_topic w on w.topic_id = o.topic_id and w.topic_kind = 'word'
    semi join (select topic_id from mart_topic_burst where grain = 'w' and level <> 'none') r on r.topic_id = a.topic_id
    group by all
    having n >= 2
),
attributes as (
    select c.week, c.topic_id, (list(c.label order by c.n / sqrt(t.n_docs) desc, c.label))[1:5] as top_attrs
    from companion c
    join mart_topic t on t.topic_kind = 'word' and t.label = c.label
    group by all
),
sample as (
    select
        week_of(day) as week, topic_id,
        arg_min(url, row(cast(getvariable('as_of') as date) - day, subject_id), 3) as sample_urls
    from mart_topic_doc
    where url is not null and is_primary and day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
    group by all
)
select
    w.week, w.topic_id,
    -- a day that was read and had none of the topic is a day with a share of 0; one on which a usual platform is missed is none of the mean
    case when w.week - 7 >= getvariable('heat_after') then round(h.heat_share_bp::double / (d.n_days - h.n_unknown), 6) end as heat_share_bp,
    h.heat_rank_diff, w.n_docs, w.n_authors, s.n_platforms, l.lead_platform,
    a.top_attrs, u.sample_urls, v.query_coverage, e.coverage,
    case
        when is_thin(e.coverage, v.query_coverage) then 'low_coverage' when w.n_authors < 5 then 'low_support' else 'ok'
    end as status
from topic_week w
join exposure_week e using (week, platform)
left join heat h using (week, topic_id)
left join shared d using (week)
left join spread s using (week, topic_id)
left join leader l on l.topic_id = w.topic_id and l.first_day between w.week - 27 and w.week
left join attributes a using (week, topic_id)
left join sample u using (week, topic_id)
left join mart_topic_velocity v on v.platform = 'all' and v.week = w.week and v.topic_id = w.topic_id
where w.platform = 'all' and w.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
order by w.week, w.topic_id;

create or replace view v_weekly_trend as
with mood as (
    select week, topic_id, nsr as nsr_comment, nsr_lo, nsr_hi, window_days as nsr_days
    from mart_topic_sentiment
    where platform = 'all' and source = 'comment' and status in ('ok', 'uncalibrated')
),
band as (
    select
        week, topic_id, arg_max(p50, row(spu_cnt, unit)) as price_p50,
        arg_max(
            -- 20, never 20.0
            regexp_replace(case when hi is null then '≥' || lo else lo || '-' || hi end, '\.0\b', '', 'g'), row(spu_cnt, unit, band_no)
        ) as band_mode
    from mart_price_band
    where platform = 'all' and status = 'ok' and unit = 'CNY/件'
    group by week, topic_id
),
run as (
    select any_value(run_id) as run_id from mart_run
)
select
    f.week, f.topic_id, t.label as topic_zh, t.label_en as topic_en, t.l1, t.l2,
    -- what a mart says under a status of its own that is not ok is not shown: the status below is of the burst test
    case when g.status = 'ok' then g.stage end as stage, case when g.status = 'ok' then g.direction end as direction,
    case when g.status = 'ok' then g.age_weeks end as age_weeks,
    f.heat_share_bp, f.heat_rank_diff, b.ratio, b.event_q_value as q_value, case when v.status = 'ok' then v.doubling_days end as doubling_days,
    f.n_docs, f.n_authors, f.n_platforms, f.lead_platform,
    m.nsr_comment, m.nsr_lo, m.nsr_hi, m.nsr_days,
    i.i_share, i.p_share, i.window_days as aipl_days, o.gap, o.class as gap_class, p.price_p50, p.band_mode,
    f.top_attrs, f.sample_urls, g.seasonal, case when g.status = 'ok' and g.peak_confirmed then g.peak_week end as peak_week,
    f.query_coverage, f.coverage, coalesce(b.status, f.status) as status,
    r.run_id
from mart_weekly_facts f
join mart_topic t using (topic_id)
cross join run r
left join mart_topic_burst b on b.grain = 'w' and b.platform = 'all' and b.day = f.week and b.topic_id = f.topic_id
left join mart_topic_velocity v on v.platform = 'all' and v.week = f.week and v.topic_id = f.topic_id
left join mart_topic_stage g on g.platform = 'all' and g.week = f.week and g.topic_id = f.topic_id
left join mood m on m.week = f.week and m.topic_id = f.topic_id
left join mart_topic_aipl i on i.platform = 'all' and i.week = f.week and i.topic_id = f.topic_id and i.status = 'ok'
left join mart_topic_opportunity o on o.period = f.week and o.topic_id = f.topic_id and o.status = 'ok'
left join band p on p.week = f.week and p.topic_id = f.topic_id;
