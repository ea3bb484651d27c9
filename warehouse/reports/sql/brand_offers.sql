-- one row per platform and currency: products of the brand seen in the last 28 days, their shops and their prices
with offer as (
    select *, (captured_at at time zone 'Asia/Shanghai')::date as last_read
    from core_listings
    where (lower(brand) = lower($subject) or (brand is null and contains(lower(title), lower($subject))))
),
product as (
    -- a product is listed under several ids and asks what the cheapest of them does; deposits and one-cent lures are no prices
    select
        platform, any_value(shop) as shop, max(last_read) as last_read,
        coalesce(arg_min(currency, price) filter (where price > 1), min(currency)) as currency,
        -- one that was read again after the day has the price of that later day
        min(price) filter (where price > 1 and last_read <= $as_of::date) as price
    from offer
    -- the table holds an offer's last reading: one that was read before a day and after it was on sale between
    where last_read >= $as_of::date - 27
        and (coalesce(first_captured_at, captured_at) at time zone 'Asia/Shanghai')::date <= $as_of::date
    group by platform, spu_of(platform, shop, title)
)
select
    platform,
    currency as unit,
    count(*) as spu_cnt,
    nullif(count(distinct shop), 0) as shop_cnt,
    cast(quantile_cont(price, 0.25) as decimal(18, 2)) as p25,
    cast(quantile_cont(price, 0.5) as decimal(18, 2)) as p50,
    cast(quantile_cont(price, 0.75) as decimal(18, 2)) as p75,
    case when max(last_read) > $as_of::date then count(price) end as n_priced
from product
group by platform, currency
order by spu_cnt desc, platform, unit
