-- work_state: one row: what the remembered tables were made for
delete from work_state;
insert into work_state values (
    cast(getvariable('as_of') as date), getvariable('least_docs'), getvariable('most_topics'),
    getvariable('heat_days'), getvariable('state_version')
);
delete from changed_subjects;
