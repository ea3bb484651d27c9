-- mart_watch_group, mart_watch_match: one row per group of the user's watch list; one row per group and text that meets it
create or replace table mart_watch_group as
select group_no, group_name, rule, most_shown from watch_group order by group_no;

create or replace table mart_watch_match as
with need as (
    select group_no, count(*) filter (where role = 'required') as n_required,
        count(*) filter (where role = 'wanted') as n_wanted
    from watch_term
    where group_no is not null
    group by group_no
),
barred as (
    select distinct h.document_no from watch_hit h join watch_term t using (term_no) where t.group_no is null
),
met as (
    select
        t.group_no, h.document_no,
        count(*) filter (where t.role = 'required') as n_required,
        count(*) filter (where t.role = 'wanted') as n_wanted,
        list(t.shown order by t.term_no) filter (where t.role <> 'excluded') as terms
    from watch_hit h
    join watch_term t using (term_no)
    where t.group_no is not null
    group by t.group_no, h.document_no
    having count(*) filter (where t.role = 'excluded') = 0
)
select
    m.group_no, g.group_name, m.terms, d.subject_kind, d.kind, d.subject_id, d.platform, d.day, d.title, d.url
from met m
join need n on n.group_no = m.group_no and m.n_required = n.n_required and (n.n_wanted = 0 or m.n_wanted > 0)
join watch_group g on g.group_no = m.group_no
join watch_document d on d.document_no = m.document_no
anti join barred b on b.document_no = m.document_no
order by m.group_no, d.day, d.subject_kind, d.subject_id;
