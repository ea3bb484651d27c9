-- one row per second-level interest and unit: its price quantiles of the newest week
-- zh: 每个二级兴趣的价格分位数
-- en: Price quantiles of each second-level interest
select i.label, b.unit, any_value(b.p10) as p10, any_value(b.p25) as p25, any_value(b.p50) as p50,
    any_value(b.p75) as p75, any_value(b.p90) as p90, sum(b.spu_cnt) as products
from mart_price_band b
join mart_interest i on i.l2 = b.l2
where b.platform = 'all' and b.status = 'ok' and b.week = (select max(week) from mart_price_band)
group by i.label, b.unit
order by products desc
