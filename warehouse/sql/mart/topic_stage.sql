-- mart_topic_stage: one row per week, platform and topic: where it stands in its life, which way it goes and how old the rise is
create or replace table mart_topic_stage as
with judged_panel as (
    select e.platform, e.week, coalesce(p.panel, 0) as panel, p.history_from
    from exposure_week e
    left join stage_panel p on p.scope = e.platform and p.week = e.week
    where e.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
-- documents of the sources that were read throughout: one that joins brings topics of its own, which rise from nothing
panel_week as (
    select
        p.platform, p.panel, e.week, e.pair_coverage, e.n_docs - coalesce(x.n_docs, 0) as n_docs,
        sum(e.n_docs - coalesce(x.n_docs, 0)) over own as n_history, 2 * count(*) over own as n_prior
    from (select distinct platform, panel, history_from from judged_panel) p
    join exposure_week e on e.platform = p.platform and (p.history_from is null or e.week - 6 >= p.history_from - 3)
    left join stage_exposure x on x.platform = e.platform and x.panel = p.panel and x.week = e.week
    window own as (partition by p.platform, p.panel)
),
-- fewer authors than five are told nothing below
topic_told as (
    select platform, topic_id from topic_week group by platform, topic_id having max(n_docs) >= 3 and max(n_authors) >= 5
),
platform_week as (
    select
        p.panel, e.platform, e.week, e.n_docs - coalesce(x.n_docs, 0) as n_docs,
        sum(e.n_docs - coalesce(x.n_docs, 0)) over (partition by p.panel, e.platform) as n_history
    from panel_week p
    join exposure_week e on p.platform = 'all' and e.platform <> 'all' and e.week = p.week
    left join stage_platform_exposure x on x.panel = p.panel and x.platform = e.platform and x.week = e.week
),
platform_part as (
    select w.panel, t.platform, t.topic_id, t.n_docs
    from topic_week t
    join platform_week w using (platform, week)
    union all
    select l.panel, l.platform, d.topic_id, -count(*)
    from stage_left_out l
    join platform_week w using (panel, platform, week)
    join mart_topic_doc d using (subject_kind, subject_id)
    where l.scope = 'all' and l.is_primary and d.day between getvariable('stage_first') and getvariable('stage_last')
    group by all
),
-- a platform that is read more deeply makes no topic of it rise: over all of them each part of a topic is expected to
-- grow as the documents of its platform do
topic_read as (
    select
        w.panel, w.week, p.topic_id,
        spread_documents(p.n_docs, w.n_docs, w.n_history) as expected, sum(p.n_docs)::double as n_topic,
        coalesce(sum(p.n_docs) filter (where w.n_docs > 0), 0)::double as n_read
    from (
        select panel, platform, topic_id, sum(n_docs) as n_docs
        from platform_part
        where topic_id in (select topic_id from topic_told where platform = 'all')
        group by all
    ) p
    join (select * from platform_week where n_history > 0) w using (panel, platform)
    group by all
),
share as (
    select
        p.platform, p.panel, p.week, t.topic_id,
        -- two documents a week spread as all are: growth below counts two authors more
        coalesce((r.expected * p.n_history + p.n_prior * p.n_docs) / (r.n_topic + p.n_prior), p.n_docs) as exposure,
        coalesce(k.n_docs, w.n_docs, 0) as n_docs, coalesce(k.n_authors, w.n_authors, 0) as n_authors,
        coalesce(k.n_docs, w.n_docs, 0) / exposure as share,
        p.pair_coverage, r.n_read / nullif(r.n_topic, 0) as topic_coverage
    from panel_week p
    join topic_told t using (platform)
    left join topic_read r on p.platform = 'all' and r.panel = p.panel and r.week = p.week and r.topic_id = t.topic_id
    left join topic_week w on w.week = p.week and w.platform = p.platform and w.topic_id = t.topic_id
    left join stage_topic k
        on k.platform = p.platform and k.panel = p.panel and k.week = p.week and k.topic_id = t.topic_id
    where p.n_docs > 0
),
level as (
    select
        *,
        avg(share) over (own rows between 1 preceding and current row) as s,
        sum(n_authors) over (own rows between 1 preceding and current row) as x_cur,
        sum(n_authors) over (own rows between 3 preceding and 2 preceding) as x_prev,
        sum(exposure) over (own rows between 1 preceding and current row) as e_cur,
        sum(exposure) over (own rows between 3 preceding and 2 preceding) as e_prev,
        case when lag(week) over own = week - 7 then lag(n_authors) over own end as x_before,
        case when lag(week) over own = week - 7 then lag(exposure) over own end as e_before,
        -- where most of a topic is of a platform that was not read in one of the two weeks, they tell little of it
        least(pair_coverage, min(topic_coverage) over (own rows between 1 preceding and current row)) as coverage,
        count(*) over own as history
    from share
    window own as (partition by platform, panel, topic_id order by week)
),
based as (
    select
        level.*,
        median(share) over (own rows between 20 preceding and 3 preceding) as base,
        max(s) over (own rows between 26 preceding and current row) as top,
        arg_max(week, row(s, week)) over (own rows between 26 preceding and current row) as peak_week,
        max(n_authors) over (own rows between 26 preceding and current row) as most_authors,
        -- growth of two weeks against the two before: twice the change of one week's at less noise, a week later
        ln((x_cur + 2) / e_cur) - ln((x_prev + 2) / e_prev) as slope,
        1.96 * sqrt(1 / (x_cur + 2) + 1 / (x_prev + 2) + 2 * coalesce(k.dispersion, 0.25) / 14) as slope_error,
        -- card 5.2, by the same documents as the level
        case when n_authors + x_before > 0 then ln((n_authors + 2) / exposure) - ln((x_before + 2) / e_before) end as v_log,
        1.96 * sqrt(1 / (n_authors + 2) + 1 / (x_before + 2) + 2 * coalesce(k.dispersion, 0.25) / 7) as v_error
    from level
    left join topic_dispersion k using (platform, topic_id)
    window own as (partition by platform, panel, topic_id order by week)
),
risen as (
    select topic_id, platform, day as week
    from mart_topic_burst
    where grain = 'w' and level in ('signal', 'alert')
    union all
    select topic_id, platform, past_week
    from past_event
    where is_event
),
season as (
    select w.week, p.platform, p.topic_id, bool_or(p.is_event) as seasonal
    from past_window w
    join past_event p using (past_week)
    where w.kind <> 'earlier'
    group by all
),
judged as (
    select
        b.*,
        least(q.query_coverage, o.query_coverage, h.query_coverage, a.query_coverage) as query_coverage,
        b.v_log > b.v_error or (b.slope > b.slope_error and b.v_log > 0) as is_up,
        b.v_log < -b.v_error or (b.slope < -b.slope_error and b.v_log < 0) as is_down,
        (b.s - b.base) / nullif(b.top - b.base, 0) as dd,
        -- a topic that was usually not there is above its usual level as soon as it is
        b.s >= 2 * b.base and b.s > 0 as is_high,
        (select min(r.week) from risen r
         where r.topic_id = b.topic_id and r.platform = b.platform and r.week between b.week - 182 and b.week) as event_week,
        p.s >= 2 * p.base as has_climbed,
        (select count(*) from based later
         where later.topic_id = b.topic_id and later.platform = b.platform and later.panel = b.panel
            and later.week > b.peak_week and later.week <= b.week and later.s < 0.9 * b.top) as weeks_below
    from based b
    semi join judged_panel j on j.platform = b.platform and j.panel = b.panel and j.week = b.week
    left join topic_query_coverage q on q.day = b.week and q.platform = b.platform and q.topic_id = b.topic_id
    left join platform_query_coverage o on o.day = b.week and o.platform = b.platform
    left join stage_query h on h.week = b.week and h.platform = b.platform and h.topic_id = b.topic_id
    left join stage_query a on a.week = b.week and a.platform = b.platform and a.topic_id is null
    join based p on p.week = b.peak_week and p.platform = b.platform and p.panel = b.panel and p.topic_id = b.topic_id
),
staged as (
    select
        *,
        case when is_up then 'up' when is_down then 'down' else 'flat' end as direction,
        case
            when event_week is not null and event_week > week - 28 and is_high and is_up is not null
                and dd >= 0.7 then 'new'
            when is_high and is_up then 'rising'
            when is_up then 'emerging'
            when dd < 0.7 and is_down then 'fading'
            when is_high and dd >= 0.8 then 'plateau'
            else 'base'
        end as stage
    from judged
)
select
    week, platform, topic_id,
    case when history < 8 or most_authors < 20 then null else stage end as stage,
    direction,
    date_diff('week', event_week, week) as age_weeks,
    peak_week,
    -- every noise has a highest week; a peak is one that a rise led to
    weeks_below >= 2 and coalesce(has_climbed or event_week <= peak_week, false) as peak_confirmed,
    dd,
    n.seasonal,
    -- after a week that was not read the stage before it is not that of the week before
    case when lag(week) over own = week - 7 then lag(case when history < 8 or most_authors < 20 then null else stage end) over own end
        as prev_stage,
    case
        when history < 8 then 'no_baseline'
        when most_authors < 20 then 'low_support'
        when is_thin(coverage, query_coverage) then 'low_coverage'
        else 'ok'
    end as status,
    n_docs, n_authors, query_coverage, coverage, getvariable('run_id') as run_id, 14 as metric_ver
from staged
left join season n using (week, platform, topic_id)
where most_authors >= 5
window own as (partition by platform, topic_id order by week)
order by week, platform, topic_id;
