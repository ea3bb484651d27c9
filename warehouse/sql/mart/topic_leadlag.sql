-- mart_topic_leadlag: one row per topic and pair of platforms where both burst: which was first, by the hour, as far as the readings can tell
create or replace table mart_topic_leadlag as
with covered as (
    select o.*, (
        select coalesce(min(e.coverage), 0) from mart_exposure_day e
        where e.platform = o.platform and e.day between o.day - 3 and o.day
    ) as coverage
    from topic_onset o
),
paired as (
    select
        a.topic_id, a.event_id, a.platform as platform_a, b.platform as platform_b,
        a.onset_at as first_a, b.onset_at as first_b,
        date_diff('second', a.onset_at, b.onset_at) / 3600.0 as lag_h,
        greatest(1.0, a.gap_h, b.gap_h) as resolution_h,
        least(a.coverage, b.coverage) as coverage,
        not is_thin(a.coverage, b.coverage) and isfinite(greatest(a.gap_h, b.gap_h)) as is_covered,
        a.n_docs as n_docs_a, b.n_docs as n_docs_b
    from covered a
    join covered b on b.topic_id = a.topic_id and a.platform < b.platform
)
select
    topic_id, event_id, platform_a, platform_b, first_a, first_b, lag_h,
    case when isfinite(resolution_h) then resolution_h end as resolution_h,
    case
        when not is_covered then null
        when abs(lag_h) <= 2 * resolution_h then 'tie'
        when lag_h > 0 then 'a_first'
        else 'b_first'
    end as order_call,
    n_docs_a, n_docs_b,
    case when is_covered then 'ok' else 'low_coverage' end as status,
    coverage, getvariable('run_id') as run_id, 3 as metric_ver
from paired
order by topic_id, platform_a, platform_b;
