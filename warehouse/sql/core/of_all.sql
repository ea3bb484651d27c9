-- what a merge takes: all readings of a part of the ids, and nothing of what the core tables keep
create or replace temp macro is_merged(load_seq, id) as hash(id) % getvariable('parts')::ubigint = getvariable('part')::ubigint;
create or replace temp macro is_kept() as false;
