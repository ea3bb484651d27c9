-- one row per topic or brand whose net sentiment fell since the week before; of all rows one in twenty may be chance
with recent as (
    select
        week, topic_id, brand_id, source, n_polar, sens, nsr as nsr_polar, nsr_lo as nsr_polar_lo, nsr_hi as nsr_polar_hi,
        coalesce(brand_id, topic_id) as subject,
        (nsr_hi - nsr_lo) / 3.92 as se
    from mart_topic_sentiment
    where platform = 'all' and week <= $as_of::date + 6 and week > $as_of::date - 21
        and nsr is not null and window_days = 7
),
compared as (
    select
        *,
        case when lag(week) over same = week - 7 then lag(nsr_polar) over same end as nsr_before,
        lag(se) over same as se_before,
        row_number() over (partition by subject, source order by week desc) as age
    from recent
    window same as (partition by subject, source order by week)
),
judged as (
    select *, lower_tail(z) as p_fall
    from (
        -- as the report's section asks: the week before is no surer than this one
        select *, (nsr_polar - nsr_before) / nullif(sqrt(se * se + se_before * se_before), 0) as z
        from compared
        where age = 1
    )
    where z is not null
),
ranked as (
    select *, p_fall * count(*) over () / count(*) over (order by p_fall) as scaled from judged
),
told as (
    select *, least(1, min(scaled) over (order by p_fall desc)) as q_value from ranked
)
select
    'sentiment:' || c.subject || ':' || c.source || ':' || c.week as key,
    c.subject as topic_id,
    coalesce(t.label, c.brand_id, c.topic_id) as label,
    coalesce(t.label_en, t.label, c.brand_id, c.topic_id) as label_en,
    c.source,
    c.week as day,
    c.nsr_before,
    c.nsr_polar,
    c.nsr_polar_lo,
    c.nsr_polar_hi,
    c.q_value,
    c.n_polar,
    c.sens is null as is_uncalibrated
from told c
left join mart_topic t on t.topic_id = c.topic_id and c.brand_id is null
where c.z < -1.96 and c.q_value <= 0.05
order by c.nsr_polar - c.nsr_before, c.subject, c.source
limit 20
