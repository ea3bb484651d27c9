-- what a merge takes: the readings of load getvariable('load_seq'), and what the core tables keep of all before them
create or replace temp macro is_merged(load_seq, id) as load_seq = getvariable('load_seq');
create or replace temp macro is_kept() as true;
