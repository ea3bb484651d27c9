-- merged_posts: without the rows that core_posts holds already, and those that it holds no more
delete from merged_posts
where subject_id not in (
    select kept.subject_id
    from core_posts kept
    join (
        from core_posts where false
        union all by name
        from merged_posts
    ) made on made.subject_id = kept.subject_id and made is distinct from kept
);
