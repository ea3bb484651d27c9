-- one row per platform, topic and day with a document that does not count in the panel over all platforms: how many of them are primary
select s.platform, d.topic_id, date_diff('day', $first_day::date, d.day) as day_offset, count(*) filter (where d.is_primary) as n_docs
from stray s
join stray_panel p using (platform, sources)
join mart_topic_doc d using (subject_kind, subject_id)
where p.scope = 'all' and p.first_day = $panel::date
    and d.day between $first_day::date and $as_of::date
group by s.platform, d.topic_id, d.day
