-- core_listings: the rows of merged_listings in place of those before; a text that changed is tagged anew
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
