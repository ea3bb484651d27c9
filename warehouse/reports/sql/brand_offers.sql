-- one row per platform and currency: offers of the brand seen in the last 28 days, their shops and their prices
select
    platform,
    currency as unit,
    count(*) as spu_cnt,
    nullif(count(distinct shop), 0) as shop_cnt,
    -- one that was read again after the day has the price of that later day
    cast(quantile_cont(price, 0.25) filter (where last_read <= $as_of::date) as decimal(18, 2)) as p25,
    cast(quantile_cont(price, 0.5) filter (where last_read <= $as_of::date) as decimal(18, 2)) as p50,
    cast(quantile_cont(price, 0.75) filter (where last_read <= $as_of::date) as decimal(18, 2)) as p75,
    case when max(last_read) > $as_of::date then count(price) filter (where last_read <= $as_of::date) end as n_priced
from (select *, (captured_at at time zone 'Asia/Shanghai')::date as last_read from core_listings)
where (lower(brand) = lower($subject) or (brand is null and contains(lower(title), lower($subject))))
    -- the table holds an offer's last reading: one that was read before a day and after it was on sale between
    and last_read >= $as_of::date - 27
    and (coalesce(first_captured_at, captured_at) at time zone 'Asia/Shanghai')::date <= $as_of::date
group by platform, currency
order by spu_cnt desc, platform, unit
