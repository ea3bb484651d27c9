-- core_board_entries: the rows of merged_board_entries in place of those before
delete from core_board_entries where entry_id in (select entry_id from merged_board_entries);
insert into core_board_entries by name select * exclude (fields_shown, is_late, is_past) from merged_board_entries;

-- the next build of the marts reads these again
insert into changed_subjects select 'board_entry', entry_id from merged_board_entries;

drop table merged_board_entries;
drop table half_shown;
drop table shown_entries;
drop view board_reading;
drop view kept_entry;
drop macro tell_fields;
drop macro tell_reading;
