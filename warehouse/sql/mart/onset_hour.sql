-- onset_hour: one row per case and hour of the 72 up to the end of its day with a document
create or replace temp table onset_hour as
select
    c.case_no,
    date_diff('hour', (c.day - 2)::timestamp, date_trunc('hour', d.moment at time zone 'Asia/Shanghai')) as hour_no,
    count(*) as n_docs,
    -- when such a post was written is not known: it was read then
    count(*) filter (where t.subject_kind = 'post' and p.published_at is null) as n_undated,
    min(epoch(d.moment)) filter (where t.subject_kind <> 'post' or p.published_at is not null) / 3600 as first_hours,
    bool_or(d.subject_kind = 'board_entry') as has_board,
    bool_or(p.published_precision = 'day') as has_day_only
from onset_case c
join mart_topic_doc t on t.topic_id = c.topic_id and t.platform = c.platform and t.day between c.day - 2 and c.day
join document d on d.subject_kind = t.subject_kind and d.subject_id = t.subject_id
left join core_posts p on t.subject_kind = 'post' and p.subject_id = t.subject_id
where t.is_primary
group by all
