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
-- at equal times the run and then the content decide, so that any order of loads ends the same
newest as (
    select
        arg_max(observed, row(captured_at, run_id, observed)) as entry,
        min(first_captured_at) as first_captured_at,
        sum(observations)::bigint as observations
    from observed
    group by platform, listing_id
)
select
    entry.* exclude (first_captured_at, observations),
    entry.platform || ':' || entry.listing_id as subject_id,
    newest.first_captured_at,
    newest.observations
from newest;

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
