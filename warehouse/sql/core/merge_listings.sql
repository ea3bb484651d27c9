-- core_listings: one offer, as last observed; touches only the offers of load getvariable('load_seq')
create or replace temp table merged_listings as
with observed as (
    select * exclude (load_seq), captured_at as first_captured_at, 1::bigint as observations
    from raw_listings
    where load_seq = getvariable('load_seq')
    union all by name
    select * exclude (subject_id)
    from core_listings
    semi join (select platform, listing_id from raw_listings where load_seq = getvariable('load_seq'))
        using (platform, listing_id)
),
-- rows of one offer at one moment are its sizes and colours: prices from the lowest to the highest
reading as (
    select
        platform, listing_id, captured_at, run_id,
        max(struct_update(observed, price := null::decimal(18, 4), price_high := null::decimal(18, 4))) as entry, min(price) as price,
        nullif(max(coalesce(price_high, price)), min(price)) as price_high,
        min(first_captured_at) as first_captured_at, sum(observations)::bigint as observations
    from observed
    group by platform, listing_id, captured_at, run_id, currency
),
-- at equal times the run and then the content decide, so that any order of loads ends the same
newest as (
    select
        arg_max(reading, row(captured_at, run_id, entry)) as last,
        min(first_captured_at) as first_captured_at,
        sum(observations)::bigint as observations
    from reading
    group by platform, listing_id
),
opened as (
    select last.entry, last.price, last.price_high, first_captured_at, observations
    from newest
)
select
    entry.* replace (
        opened.price as price, opened.price_high as price_high,
        opened.first_captured_at as first_captured_at, opened.observations as observations
    ),
    entry.platform || ':' || entry.listing_id as subject_id
from opened;

-- a text that changed is tagged anew
delete from core_annotations
where subject_kind = 'listing'
    and subject_id in (
        select subject_id
        from merged_listings
        join core_listings using (subject_id)
        where merged_listings.text <> core_listings.text
            or merged_listings.title <> core_listings.title
    );

delete from core_listings where (platform, listing_id) in (select (platform, listing_id) from merged_listings);
insert into core_listings by name select * from merged_listings;

-- the next build of the marts reads these again
insert into changed_subjects select 'listing', subject_id from merged_listings;

drop table merged_listings;
