-- one row per topic and day of one platform with a stray document of the panel: what is left without those
with left_out as (
    select subject_kind, subject_id, day
    from stray
    join stray_panel p using (platform, sources)
    where p.scope = $platform and p.first_day = $panel::date
),
touched as (
    select distinct d.topic_id, d.day
    from mart_topic_doc d
    join left_out s using (subject_kind, subject_id)
    where d.day between $first_day::date and $as_of::date
)
select
    d.topic_id,
    date_diff('day', $first_day::date, d.day) as day_offset,
    count(*) filter (where d.is_primary and s.subject_id is null) as n_docs,
    count(distinct coalesce(d.author_key, d.subject_id)) filter (where s.subject_id is null and not d.is_ad) as n_authors
from mart_topic_doc d
semi join touched t on t.topic_id = d.topic_id and t.day = d.day
left join left_out s on s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
where ($platform = 'all' or d.platform = $platform) and d.day between $first_day::date and $as_of::date
group by d.topic_id, d.day
