-- mart_scorecard: one row per call and week since: whether the topic still stands above the level it was called from
create or replace table mart_scorecard as
with checks as (
    select c.*, cast(unnest(generate_series(
        (c.week_called + 7)::timestamp,
        least(cast(getvariable('as_of') as date), c.week_called + 56)::timestamp,
        interval 7 day
    )) as date) as checked_week
    from mart_call c
),
counted as (
    select
        c.*,
        coalesce((select sum(n_docs) from mart_topic_day d
            where d.platform = 'all' and d.topic_id = c.topic_id and d.day between c.checked_week - 6 and c.checked_week), 0) as x_now,
        (select sum(n_docs) from mart_exposure_day e
            where e.platform = 'all' and e.day between c.checked_week - 6 and c.checked_week) as e_now
    from checks c
)
select
    week_called, topic_id, call, checked_week,
    case when e_now > 0 then x_now >= 1.3 * base_share * e_now end as still_above_base,
    case when e_now > 0 then x_now / (base_share * e_now) end as ratio_now,
    x_now::bigint as n_docs, ratio as ratio_called, q_value as q_called, is_retrospective
from counted
order by week_called, topic_id, checked_week;
create or replace view v_scorecard as
select week_called, topic_id, call, checked_week, still_above_base, ratio_now, n_docs, is_retrospective from mart_scorecard;
