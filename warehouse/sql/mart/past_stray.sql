-- past_stray: one row per primary document that only such sources brought, with those sources
create or replace temp table past_stray as
with suspect as (
    select distinct l.load_seq, g.platform, g.source
    from (select distinct platform, source from past_gap) g
    join load_ledger l using (source)
),
brought as (
    select subject_kind, subject_id, list_sort(list(distinct s.source)) as sources
    from document_read r
    left join suspect s using (platform, load_seq)
    where platform in (select platform from suspect)
    group by subject_kind, subject_id
    having count(*) = count(s.source)
)
select d.subject_kind, d.subject_id, d.platform, d.day, b.sources
from brought b
join work_document d using (subject_kind, subject_id)
where d.is_primary and d.day > (select min(past_week) from past_gap) - getvariable('past_days');

-- past_left_out: one row per scope, earlier week and set of sources whose documents did not count in it
create or replace temp table past_left_out as
select g.scope, g.past_week, o.platform, o.sources
from (select distinct platform, sources, unnest(sources) as source from past_stray) o
join past_gap g using (platform, source)
group by g.scope, g.past_week, o.platform, o.sources
having count(*) = len(o.sources)
