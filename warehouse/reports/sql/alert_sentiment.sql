-- one row per topic or brand whose net sentiment fell: the 95 % interval of the change since the week before lies below zero
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
    c.n_polar,
    c.sens is null as is_uncalibrated
from compared c
left join mart_topic t on t.topic_id = c.topic_id and c.brand_id is null
-- as the report's section asks: the week before is no surer than this one
where c.age = 1 and c.nsr_polar - c.nsr_before + 1.96 * sqrt(c.se * c.se + c.se_before * c.se_before) < 0
order by c.nsr_polar - c.nsr_before, c.subject, c.source
limit 20
