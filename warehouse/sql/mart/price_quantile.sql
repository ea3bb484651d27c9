-- mart_price_quantile: one row per week, platform, second-level interest, unit and quantile: the price, by products and by units sold
create or replace table mart_price_quantile as
with supported as (
    select week, platform, l2, unit, count(*) as n_spu, count(distinct shop) as n_shops
    from product_price
    group by all
    having n_spu >= 30 and n_shops >= 10
),
by_product as (
    select
        week, platform, l2, unit, n_spu, n_shops, unnest([0.1, 0.25, 0.5, 0.75, 0.9]) as quantile, unnest(prices) as price
    from (
        select
            week, platform, l2, unit, n_spu, n_shops, quantile_cont(p.price, [0.1, 0.25, 0.5, 0.75, 0.9]) as prices
        from supported
        join product_price p using (week, platform, l2, unit)
        group by week, platform, l2, unit, n_spu, n_shops
    )
),
running as (
    select
        *, sum(sold_low) over so_far as low_here, sum(sold_high) over so_far as high_here,
        sum(sold_low) over kind as low_all, sum(sold_high) over kind as high_all, count(*) over kind as n_sold
    from product_sales
    window
        kind as (partition by week, platform, l2, unit),
        so_far as (partition by week, platform, l2, unit order by price)
),
-- the least and the greatest share of units that can have been sold up to a price
bounded as (
    select
        *, low_here / nullif(low_here + high_all - high_here, 0) as least_share,
        high_here / nullif(high_here + low_all - low_here, 0) as most_share
    from running
),
by_sale as (
    select
        week, platform, l2, unit, q.quantile, any_value(sold_basis) as sold_basis, any_value(n_sold) as n_sold,
        min(price) filter (where most_share >= q.quantile) as sold_price_lo,
        min(price) filter (where least_share >= q.quantile) as sold_price_hi
    from bounded
    cross join (select unnest([0.1, 0.25, 0.5, 0.75, 0.9]) as quantile) q
    group by week, platform, l2, unit, q.quantile
    having max(n_sold) >= 30
)
select
    b.week, b.platform, b.l2, b.unit, b.quantile, b.n_spu, b.n_shops, b.price,
    -- quantiles between two prices lie between the resampled ones
    least(i.lo, b.price) as lo, greatest(i.hi, b.price) as hi,
    s.n_sold, s.sold_basis, s.sold_price_lo, s.sold_price_hi
from by_product b
left join price_interval i using (week, platform, l2, unit, quantile)
left join by_sale s using (week, platform, l2, unit, quantile)
order by week, platform, l2, unit, quantile;
