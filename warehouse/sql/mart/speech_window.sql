-- speech_window: one row per window of 7 or 28 days, week it ends on, and platform: how fully it was read
create or replace temp table speech_window as
select week, platform, 7 as window_days, volume_coverage as coverage from exposure_week
union all
select w.week, e.platform, 28, sum(cast(e.volume_coverage as decimal(18, 12)))::double / count(*)
from exposure_week e
cross join (select unnest([0, 7, 14, 21]) as later) l
join (select distinct week from exposure_week) w on w.week = e.week + l.later
where w.week - 28 >= cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
group by w.week, e.platform;

-- speech_query: one row per window, platform and topic that searches led to: how evenly those were run
create or replace temp table speech_query as
with weekly as (
    select day as week, platform, topic_id, query_coverage
    from topic_query_coverage
    where week_of(day) = day
)
select *, 7 as window_days from weekly
union all
select w.week + l.later, platform, topic_id, sum(cast(query_coverage as decimal(18, 12)))::double / count(*), 28
from weekly w
cross join (select unnest([0, 7, 14, 21]) as later) l
group by all;

-- the windows that the texts of a week belong to: its own seven days, and 28 days ending with it or one of the three weeks after
create or replace temp macro windows_of(week) as list_prepend(
    {'week': week, 'window_days': 7},
    list_transform(
        list_filter(
            [0, 7, 14, 21],
            lambda later: week + later <= cast(getvariable('as_of') as date)
                and week + later - 28 >= cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
        ),
        lambda later: {'week': week + later, 'window_days': 28}
    )
);
