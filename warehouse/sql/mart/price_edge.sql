-- mart_price_edge: one row per second-level interest and unit: its frozen price bands, five of equal ratio
create or replace table mart_price_edge as
with opening as (
    select
        l2, unit, price, day,
        min(day) over kind as first_day, row_number() over (partition by l2, unit order by day, spu_id) as place
    from priced
    where week is null
    window kind as (partition by l2, unit)
),
-- the first ninety days, and further until there are thirty products
early as (
    select * from opening where day < first_day + 90 or place <= 30
),
spread as (
    select
        l2, unit, quantile_cont(ln(price), 0.02) as ln_low, quantile_cont(ln(price), 0.98) as ln_high,
        greatest(min(first_day) + 90, max(day) filter (where place <= 30)) as frozen_on
    from early
    group by l2, unit
    having count(*) >= 30
)
select
    l2, unit, list_transform([0.2, 0.4, 0.6, 0.8], lambda q: round(exp(ln_low + q * (ln_high - ln_low)), 2)) as edges,
    frozen_on
from spread
where ln_high > ln_low
order by l2, unit;

create or replace temp table product_price as
select week, platform, l2, unit, spu_id, shop, price from priced where week is not null
union all
select week, 'all', l2, unit, spu_id, shop, price from priced where week is not null;

-- sales of thirty days and of a lifetime are not added up: those of the commoner basis count
create or replace temp table product_sales as
with sale as (
    select s.week, unnest([s.platform, 'all']) as platform, s.l2, s.unit, s.spu_id, s.sold_basis, s.sold_low, s.sold_high
    from priced_sale s
)
select p.*, s.sold_basis, s.sold_low, s.sold_high
from product_price p
join sale s using (week, platform, l2, unit, spu_id)
semi join (
    select week, platform, l2, unit, sold_basis
    from sale
    group by week, platform, l2, unit, sold_basis
    qualify row_number() over (partition by week, platform, l2, unit order by count(*) desc, sold_basis) = 1
) b on b.week = s.week and b.platform = s.platform and b.l2 = s.l2 and b.unit = s.unit
    and b.sold_basis is not distinct from s.sold_basis;
drop table priced;
drop table priced_sale;
