-- priced: one row per week, platform, second-level interest, unit and product: its price then; week null: its first price
-- (priced_offer: the same by listing id: a product is listed under several)
create or replace temp table priced_offer as
with seen as (
    select * exclude (told), told.*, shanghai_day(captured_at) as day
    from listing_reading('-infinity'::timestamptz, day_begin(cast(getvariable('as_of') as date) + 1))
    where price is not null
),
observed as (
    select * exclude (day), week_of(day) as week, day
    from seen
    where day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
    qualify row_number() over (partition by platform, listing_id, week_of(day) order by captured_at desc, run_id desc, currency) = 1
    union all by name
    select *, null::date as week
    from seen
    qualify row_number() over (partition by platform, listing_id order by captured_at, run_id, currency) = 1
),
interest as (
    select subject_id, label as l2
    from core_annotations
    where subject_kind = 'listing' and tagger = 'interests' and contains(label, '.')
    group by all
),
quantity as (
    select
        subject_id, split_part(label, ' ', 2) as measure,
        split_part(label, ' ', 1)::double / case when split_part(label, ' ', 2) in ('ml', 'g', '抽') then 100 else 1 end as amount,
        case when split_part(label, ' ', 2) in ('ml', 'g', '抽') then '/100' else '/' end || split_part(label, ' ', 2) as per
    from core_annotations
    where subject_kind = 'listing' and tagger = 'quantity' and contains(label, ' ')
),
product as (
    select
        o.*, i.l2, q.amount, q.per, o.platform || ':' || o.listing_id as subject_id,
        spu_of(o.platform, o.shop, o.title) as spu_id
    from observed o
    join interest i on i.subject_id = o.platform || ':' || o.listing_id
    left join quantity q on q.subject_id = i.subject_id
)
select
    week, platform, l2, currency || '/件' as unit, spu_id, day, shop, subject_id, price::double as unit_price,
    sold_basis, sold_low, sold_high
from product
union all
-- of several prices the lowest is that of the smallest size, so only a single price is set against the quantity
select
    week, platform, l2, currency || per, spu_id, day, shop, subject_id, price::double / amount,
    sold_basis, sold_low, sold_high
from product
where amount > 0 and price_high = price;

create or replace temp table priced as
select
    week, platform, l2, unit, spu_id, min(day) as day, coalesce(min(shop), min(subject_id)) as shop,
    -- the first price is of the id that was first: one that the product is listed under later moves no frozen band
    case when week is null then arg_min(unit_price, row(day, unit_price)) else min(unit_price) end as price
from priced_offer
group by week, platform, l2, unit, spu_id;

-- priced_sale: one row per week, platform, interest, unit, product and basis: units sold. Of several ids the most that one of them shows:
-- they may show one counter, so that their sum would count buyers twice
create or replace temp table priced_sale as
select
    week, platform, l2, unit, spu_id, sold_basis, max(sold_low) as sold_low,
    -- an open count (1000+) is at most ten times what is shown: a platform shows the next power of ten when it is reached
    max(coalesce(sold_high, greatest(10 * sold_low, 10))) as sold_high
from priced_offer
where week is not null and sold_low is not null
group by week, platform, l2, unit, spu_id, sold_basis;
drop table priced_offer;
