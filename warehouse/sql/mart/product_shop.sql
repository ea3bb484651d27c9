-- one row per week, platform, second-level interest, unit and product: its price and the number of its shop, cheapest first
select week, platform, l2, unit, price, dense_rank() over (order by shop) - 1 as shop
from product_price
order by week, platform, l2, unit, price, spu_id
