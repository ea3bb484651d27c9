-- work_topic_speaker: one row per day, platform and topic of the last half year: its authors by how long they had been silent on it
-- (fresh_3: authors of the day who had said nothing of the topic on the two days before; over a week that begins two
-- days earlier they count here, the others earlier. So seven days of any end add up to their distinct authors.)
create or replace temp table speaker_span as
with heard as (
    select day, platform, topic_id, coalesce(author_key, subject_id) as author
    from mart_topic_doc
    where not is_ad and day between getvariable('span_first') - 6 and getvariable('span_last') and (
        day in (select distinct day - shift from speaker_day, unnest(range(7)::integer[]) s(shift))
        or topic_id in (select topic_id from topic_move where is_entering)
    )
),
-- a number for platform, topic and author is sorted in a third of the time of the three texts
spoken as (
    select
        hash(platform, topic_id, author) as speaker, day,
        any_value(platform) as platform, any_value(topic_id) as topic_id
    from (select * from heard union all select * replace ('all' as platform) from heard)
    group by all
),
silent as (
    select
        day, platform, topic_id,
        coalesce(day - lag(day) over (partition by speaker order by day), 7) as days
    from spoken
)
select
    day, platform, topic_id,
    count(*) as fresh_1,
    count(*) filter (where days >= 2) as fresh_2,
    count(*) filter (where days >= 3) as fresh_3,
    count(*) filter (where days >= 4) as fresh_4,
    count(*) filter (where days >= 5) as fresh_5,
    count(*) filter (where days >= 6) as fresh_6,
    count(*) filter (where days >= 7) as fresh_7
from silent
where day between getvariable('span_first') and getvariable('span_last') and (
    day in (select day from speaker_day) or topic_id in (select topic_id from topic_move where is_entering)
)
group by day, platform, topic_id
order by day, platform, topic_id;
