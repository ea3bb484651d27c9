-- listing_reading: one row per offer, moment and currency in which it was read, from a moment until before another
-- an export tells every size and colour of an offer in a row of its own: they are one reading, with the lowest and the highest price
create or replace temp macro listing_reading(first_moment, past_moment) as table
select
    platform, listing_id, captured_at, run_id, currency, max({title: title, shop: shop, sold_basis: sold_basis, sold_low: sold_low, sold_high: sold_high}) as told,
    min(price) filter (is_price(price)) as price, max(coalesce(price_high, price)) filter (is_price(price)) as price_high
from raw_listings
where captured_at >= first_moment and captured_at < past_moment
group by platform, listing_id, captured_at, run_id, currency;
