-- merged_listings: one offer with a reading that is_merged, each field as last shown
-- a newer reading lacks what its file or page does not show: an empty field or list is not known to be empty
create or replace temp table merged_listings as
with loaded as (
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_listings
    where is_merged(load_seq, listing_id)
),
-- what was kept stands for all earlier readings, unless one loaded now comes before the last of them or asks in another
-- currency: which reading showed what is then known from the readings alone
out_of_order as (
    select distinct platform, listing_id
    from loaded n
    join core_listings k using (platform, listing_id)
    where is_kept() and (
        (n.captured_at, n.run_id) <= (k.captured_at, k.run_id) or k.captured_at > getvariable('latest_moment')
        or n.currency <> k.currency
    )
),
observed as (
    select * from loaded anti join out_of_order using (platform, listing_id)
    union all by name
    select * exclude (subject_id)
    from core_listings
    semi join (select platform, listing_id from loaded anti join out_of_order using (platform, listing_id))
        using (platform, listing_id)
    where is_kept()
    union all by name
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_listings
    semi join out_of_order using (platform, listing_id)
),
-- a reading of a time that is still to come, of a clock that was ahead, hides none; at equal times the run and then the
-- content decide, so that any order of loads ends the same
reading as (
    select *, row_number() over (partition by platform, listing_id order by captured_at <= getvariable('latest_moment'), captured_at, run_id, observed) as nth
    from observed
),
-- the last reading that shows a price is where the money is taken from
priced as (
    select platform, listing_id, arg_max({captured_at: captured_at, run_id: run_id, currency: currency}, nth) as at
    from reading
    where price is not null
    group by platform, listing_id
),
-- rows of one offer at one moment are its sizes and colours: prices from the lowest to the highest
asked as (
    select
        r.platform, r.listing_id, any_value(r.currency) as currency, min(r.price) as price,
        nullif(max(coalesce(r.price_high, r.price)), min(r.price)) as price_high
    from reading r
    join priced p using (platform, listing_id)
    where r.price is not null and r.captured_at = p.at.captured_at and r.run_id = p.at.run_id
        and r.currency is not distinct from p.at.currency
    group by r.platform, r.listing_id
),
-- a struck-out price of another currency is none of this price
struck as (
    select r.platform, r.listing_id, arg_max({list_price: list_price, currency: r.currency}, nth) as last
    from reading r
    left join asked a using (platform, listing_id)
    where r.list_price is not null and (a.price is null or r.currency is not distinct from a.currency)
    group by r.platform, r.listing_id
),
told as (
    select
        platform, listing_id,
        arg_max(url, nth) as url,
        arg_max(title, nth) as title,
        coalesce(arg_max(text, nth) filter (text <> ''), '') as text,
        arg_max(shop, nth) as shop,
        arg_max(brand, nth) as brand,
        coalesce(arg_max(category_path, nth) filter (len(category_path) > 0), []) as category_path,
        -- what a number of units covers goes with it
        arg_max({low: sold_low, high: sold_high, basis: sold_basis}, nth) filter (sold_low is not null) as sold,
        arg_max(review_count, nth) as review_count,
        arg_max(rating, nth) as rating,
        arg_max(in_stock, nth) as in_stock,
        arg_max(query, nth) as query,
        arg_max(captured_at, nth) as captured_at,
        arg_max(run_id, nth) as run_id,
        min(first_captured_at) as first_captured_at,
        sum(observations)::bigint as observations
    from reading
    group by platform, listing_id
)
select
    told.* exclude (sold), told.platform || ':' || told.listing_id as subject_id,
    asked.price, asked.price_high, struck.last.list_price as list_price, coalesce(asked.currency, struck.last.currency) as currency,
    sold.low as sold_low, sold.high as sold_high, sold.basis as sold_basis
from told
left join asked using (platform, listing_id)
left join struck using (platform, listing_id);
