-- one row per week, platform, second-level interest, unit and product: its price, its band and the number of its shop, cheapest first
select week, platform, l2, unit, price, band_of(price, edges) as band_no, dense_rank() over (order by shop) - 1 as shop
from product_price
left join mart_price_edge using (l2, unit)
order by week, platform, l2, unit, price, spu_id
