-- one row per category or topic on sale: its price quantiles this week and the same of the four weeks before (the median week)
with recent as (
    select distinct
        week, l2, topic_id, p10, p25, p50, p75, p90, p50_lo, p50_hi, unit, status,
        sum(spu_cnt) over same as spu_cnt,
        -- a shop sells in several bands, so those of the bands do not add up
        n_shops as shop_cnt
    from mart_price_band
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 42
    window same as (partition by week, l2, topic_id, unit)
),
latest as (
    select * from recent qualify week = max(week) over ()
),
sold as (
    select * from mart_price_quantile where platform = 'all' and quantile = 0.5
),
before as (
    select
        l2, topic_id, unit, count(*) as weeks_before,
        median(p10) as p10_before, median(p25) as p25_before, median(p50) as p50_before,
        median(p75) as p75_before, median(p90) as p90_before
    from recent
    where week < (select max(week) from latest) and week >= (select max(week) from latest) - 28 and status = 'ok'
    group by l2, topic_id, unit
)
select
    coalesce(l.topic_id, 'interest:' || l.l2) as topic_id,
    -- a category that nobody speaks of is no topic and has a name all the same
    coalesce(t.label, i.label, l.topic_id, l.l2) as label,
    coalesce(t.label_en, t.label, i.label_en, i.label, l.topic_id, l.l2) as label_en,
    l.unit,
    l.spu_cnt::bigint as spu_cnt,
    l.shop_cnt::bigint as shop_cnt,
    cast(l.p10 as decimal(18, 2)) as p10,
    cast(l.p25 as decimal(18, 2)) as p25,
    cast(l.p50 as decimal(18, 2)) as p50,
    cast(l.p75 as decimal(18, 2)) as p75,
    cast(l.p90 as decimal(18, 2)) as p90,
    cast(l.p50_lo as decimal(18, 2)) as p50_lo,
    cast(l.p50_hi as decimal(18, 2)) as p50_hi,
    cast(s.sold_price_lo as decimal(18, 2)) as sold_p50_lo,
    cast(s.sold_price_hi as decimal(18, 2)) as sold_p50_hi,
    s.n_sold,
    cast(b.p10_before as decimal(18, 2)) as p10_before,
    cast(b.p25_before as decimal(18, 2)) as p25_before,
    cast(b.p50_before as decimal(18, 2)) as p50_before,
    cast(b.p75_before as decimal(18, 2)) as p75_before,
    cast(b.p90_before as decimal(18, 2)) as p90_before,
    coalesce(b.weeks_before, 0) as weeks_before,
    l.week - 6 as week_start,
    l.week as last_day
from latest l
left join before b
    on b.l2 is not distinct from l.l2 and b.topic_id is not distinct from l.topic_id and b.unit is not distinct from l.unit
left join sold s on s.week = l.week and s.l2 = l.l2 and s.unit = l.unit
left join mart_topic t on t.topic_id = coalesce(l.topic_id, 'interest:' || l.l2)
left join mart_interest i on i.topic_id = coalesce(l.topic_id, 'interest:' || l.l2)
where l.status = 'ok' and l.p50 is not null
order by
    coalesce(l.topic_id, 'interest:' || l.l2) in (select unnest($rising_ids::varchar[])) desc,
    l.spu_cnt desc, l.topic_id, l.l2, l.unit
limit 10
