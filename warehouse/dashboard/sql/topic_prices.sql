-- one row per week: price quantiles of the topic's second-level interest, newest week first
select distinct
    b.week,
    b.unit,
    sum(b.spu_cnt) over same as spu_cnt,
    -- a shop sells in several bands, so those of the bands do not add up
    b.n_shops as shop_cnt,
    cast(b.p10 as decimal(18, 2)) as p10,
    cast(b.p25 as decimal(18, 2)) as p25,
    cast(b.p50 as decimal(18, 2)) as p50,
    cast(b.p75 as decimal(18, 2)) as p75,
    cast(b.p90 as decimal(18, 2)) as p90,
    cast(b.p50_lo as decimal(18, 2)) as p50_lo,
    cast(b.p50_hi as decimal(18, 2)) as p50_hi,
    cast(q.sold_price_lo as decimal(18, 2)) as sold_p50_lo,
    cast(q.sold_price_hi as decimal(18, 2)) as sold_p50_hi,
    q.n_sold,
    null::decimal(18, 2) as p50_before
from mart_price_band b
left join mart_price_quantile q
    on q.quantile = 0.5 and q.week = b.week and q.platform = b.platform and q.l2 = b.l2 and q.unit = b.unit
join mart_topic t on t.topic_id = $topic and t.l2 = b.l2
where b.platform = 'all' and b.status = 'ok' and b.week <= $as_of::date and b.week > $as_of::date - 42
window same as (partition by b.week, b.l2, b.topic_id, b.unit)
order by b.week desc, spu_cnt desc, b.unit
