-- one row per topic or brand whose net sentiment fell since the week before; of all rows one in twenty may be chance
with recent as (
    select
        week, topic_id, brand_id, source, n_polar, status, sens, nsr as nsr_polar, nsr_lo as nsr_polar_lo, nsr_hi as nsr_polar_hi,
        coalesce(brand_id, topic_id) as subject,
        (nsr_hi - nsr_lo) / 3.92 as se
    from mart_topic_sentiment
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 21
        and nsr is not null and window_days = 7
),
latest as (
    select * from recent qualify week = max(week) over ()
),
changed as (
    select
        l.week,
        l.subject as topic_id,
        l.brand_id,
        l.source,
        l.nsr_polar,
        l.nsr_polar_lo,
        l.nsr_polar_hi,
        l.n_polar,
        b.nsr_polar as nsr_before,
        l.nsr_polar - b.nsr_polar as delta,
        l.nsr_polar - b.nsr_polar - 1.96 * sqrt(l.se * l.se + b.se * b.se) as delta_lo,
        l.nsr_polar - b.nsr_polar + 1.96 * sqrt(l.se * l.se + b.se * b.se) as delta_hi,
        l.status,
        l.sens is null as is_uncalibrated
    from latest l
    -- the week before itself: where too few spoke then, two weeks ago is no week before
    join recent b on b.week = l.week - 7 and b.subject = l.subject and b.source is not distinct from l.source
    where l.week > $as_of::date - 7 - $days::integer
),
-- Benjamini-Hochberg over all that are compared, by the one-sided p that the mood did not fall; of like p the last rank counts
judged as (
    select *, lower_tail(z) as p_fall
    from (select *, 3.92 * delta / nullif(delta_hi - delta_lo, 0) as z from changed)
),
ranked as (
    select *, p_fall * count(*) over () / count(*) over (order by p_fall) as scaled from judged
),
told as (
    select *, least(1, min(scaled) over (order by p_fall desc)) as q_value from ranked
)
select
    c.topic_id,
    coalesce(t.label, c.brand_id, c.topic_id) as label,
    coalesce(t.label_en, t.label, c.brand_id, c.topic_id) as label_en,
    c.source,
    c.nsr_polar,
    c.nsr_polar_lo,
    c.nsr_polar_hi,
    c.nsr_before,
    c.delta,
    c.delta_lo,
    c.delta_hi,
    c.q_value,
    c.n_polar,
    c.is_uncalibrated,
    c.status,
    c.week - 6 as week_start,
    c.week as last_day
from told c
left join mart_topic t on t.topic_id = c.topic_id
where c.delta_hi < 0 and c.q_value <= 0.05
order by c.delta_hi, c.topic_id, c.source
limit 5
