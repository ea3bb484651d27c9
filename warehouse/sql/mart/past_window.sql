-- past_window: one row per week and earlier week that says something of it: the half year before, or the same season a year ago
create or replace temp table past_window as
with week as (
    select cast(getvariable('as_of') as date) - 7 * i::integer as week from range(getvariable('weeks')) w(i)
),
-- seasons that follow the moon: the festival nearest to the week, as far as it moved since last year
moon as (
    select w.week, date_diff('day', l.day, f.day) as shift
    from week w
    join mart_festival f on abs(date_diff('day', w.week, f.day)) <= 45
    join mart_festival l on l.festival = f.festival and l.year = f.year - 1
    qualify row_number() over (partition by w.week order by abs(date_diff('day', w.week, f.day)), f.day) = 1
)
select week, week - 7 * i::integer as past_week, 'earlier' as kind
from week, range(1, 27) r(i)
-- newer weeks have a test of their own
where week - 7 * i::integer <= cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
union all
select week, week - 364 + 7 * i::integer, 'season' from week, range(-2, 3) r(i)
union all
select week, week - shift::integer + 7 * i::integer, 'moon' from moon, range(-2, 3) r(i);

-- topics that rose in the last weeks, on each platform where they did
create or replace temp table past_topic as
select
    b.platform, b.topic_id, coalesce(any_value(k.dispersion), 0.25) as dispersion,
    row_number() over (partition by b.platform order by b.topic_id) - 1 as place
from mart_topic_burst b
left join topic_dispersion k on k.platform = b.platform and k.topic_id = b.topic_id
where b.grain = 'w' and b.level in ('signal', 'alert')
group by b.platform, b.topic_id;
