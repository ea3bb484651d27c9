-- merged_listings: without the rows that core_listings holds already, and those that it holds no more
delete from merged_listings
where subject_id not in (
    select kept.subject_id
    from core_listings kept
    join (
        from core_listings where false
        union all by name
        from merged_listings
    ) made on made.subject_id = kept.subject_id and made is distinct from kept
);
