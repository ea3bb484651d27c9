-- merged_board_entries: without the rows that core_board_entries holds already, and those that it holds no more
delete from merged_board_entries
where entry_id not in (
    select kept.entry_id
    from core_board_entries kept
    join (
        from core_board_entries where false
        union all by name
        select * exclude (fields_shown, is_late, is_past) from merged_board_entries
    ) made on made.entry_id = kept.entry_id and made is distinct from kept
);
