-- mart_topic_stage: one row per week, platform and topic: where it stands in its life, which way it goes and how old the rise is
create or replace table mart_topic_stage as
with share as (
    select
        e.week, e.platform, t.topic_id, coalesce(w.n_docs, 0) / e.n_docs as share, coalesce(w.n_authors, 0) as n_authors
    from exposure_week e
    join (select distinct platform, topic_id from topic_week where n_docs >= 3) t on t.platform = e.platform
    left join topic_week w on w.week = e.week and w.platform = e.platform and w.topic_id = t.topic_id
    where e.n_docs > 0
),
level as (
    select
        *,
        avg(share) over (own rows between 1 preceding and current row) as s,
        count(*) over own as history,
        min(week) over own as first_week
    from share
    window own as (partition by platform, topic_id order by week)
),
based as (
    select
        *,
        median(share) over (own rows between 20 preceding and 3 preceding) as base,
        max(s) over (own rows between 26 preceding and current row) as top,
        arg_max(week, row(s, week)) over (own rows between 26 preceding and current row) as peak_week,
        max(n_authors) over (own rows between 26 preceding and current row) as most_authors
    from level
    window own as (partition by platform, topic_id order by week)
),
risen as (
    select topic_id, platform, day as week
    from mart_topic_burst
    where grain = 'w' and level in ('signal', 'alert')
),
judged as (
    select
        b.*, v.v_lo, v.v_hi, v.v_log,
        (b.s - b.base) / nullif(b.top - b.base, 0) as dd,
        ln(b.s / nullif(b.base, 0)) as climb,
        (select min(r.week) from risen r
         where r.topic_id = b.topic_id and r.platform = b.platform and r.week between b.week - 182 and b.week) as event_week,
        (select count(*) from based later
         where later.topic_id = b.topic_id and later.platform = b.platform
            and later.week > b.peak_week and later.week <= b.week and later.s < 0.9 * b.top) as weeks_below
    from based b
    left join mart_topic_velocity v
        on v.week = b.week and v.platform = b.platform and v.topic_id = b.topic_id
    where b.week > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
staged as (
    select
        *,
        case when v_lo > 0 then 'up' when v_hi < 0 then 'down' else 'flat' end as direction,
        case
            when event_week is not null and event_week > week - 28 and coalesce(climb, 1) >= ln(2) and v_lo is not null
                and dd >= 0.7 then 'new'
            when climb >= ln(2) and v_lo > 0 then 'rising'
            when v_lo > 0 then 'emerging'
            when dd < 0.7 and v_hi < 0 then 'fading'
            when climb >= ln(2) and dd >= 0.8 then 'plateau'
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
    weeks_below >= 2 as peak_confirmed,
    dd,
    null::boolean as seasonal,
    lag(case when history < 8 or most_authors < 20 then null else stage end) over (
        partition by platform, topic_id order by week
    ) as prev_stage,
    case when history < 8 then 'no_baseline' when most_authors < 20 then 'low_support' else 'ok' end as status
from staged
where most_authors >= 5
order by week, platform, topic_id;
