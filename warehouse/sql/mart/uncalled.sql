-- uncalled: one row per kind of call, week called and topic that was tested then and not called, to be graded by the same rule a week later
create table if not exists mart_base_rate (
    week_called date, call varchar, checked_week date, n_topics bigint, n_right bigint, run_id varchar
);
-- as of the grades: the last two weeks are counted again, older ones stand
delete from mart_base_rate where checked_week > cast(getvariable('as_of') as date) - 14;

create or replace temp table uncalled_week as
select distinct c.week_called, c.call, c.week_called + 7 as checked_week
from mart_call c
anti join mart_base_rate b using (week_called, call)
where c.call in ('rising', 'rising_day', 'fading')
    and c.week_called between cast(getvariable('as_of') as date) - 56 and cast(getvariable('as_of') as date) - 7;

-- level_window: one row per such week and kind: the days that the level of a call of that kind is taken from
create or replace temp table level_window as
select
    *, week_called - case call when 'rising' then 51 when 'rising_day' then 45 else 41 end as first_day,
    week_called - case call when 'rising' then 10 when 'rising_day' then 4 else 14 end as last_day
from uncalled_week;

create or replace temp table uncalled_asked as
with read_day as (
    select w.week_called, w.call, e.day, row_number() over own - 1 as place, count(*) over (partition by w.week_called, w.call) as n_days
    from level_window w
    join mart_exposure_day e on e.platform = 'all' and e.n_docs > 0 and e.day between w.first_day and w.last_day
    window own as (partition by w.week_called, w.call order by e.day)
),
-- a topic that came in the last three weeks of its baseline has none (warehouse/baselines.py)
old_until as (
    select week_called, call, max(day) as day
    from read_day
    where n_days >= 10 and place < greatest(10, n_days - 21)
    group by all
),
met as (
    select
        w.week_called, w.call, w.checked_week, w.first_day, w.last_day, d.topic_id,
        coalesce(sum(d.n_authors) filter (where d.day > w.week_called - 14), 0) as n_voices
    from level_window w
    join old_until o using (week_called, call)
    join mart_topic_day d on d.platform = 'all' and d.day between w.first_day and w.week_called
    group by all
    having min(d.day) <= any_value(o.day)
)
select m.week_called as week, m.* exclude (n_voices)
from met m
anti join mart_call c
    on c.topic_id = m.topic_id and abs(date_diff('day', c.week_called, m.week_called)) < 7
    and (c.call = m.call or (m.call = 'rising' and c.call = 'new'))
-- a topic of few voices is not tested for fading
where m.call <> 'fading' or m.n_voices >= 20
-- a thousand of them tell the share to three points
qualify row_number() over (partition by m.week_called, m.call order by md5(m.topic_id || m.week_called)) <= 1000;

create or replace temp table uncalled as
select a.*, u.share as base_share
from uncalled_asked a
join usual_level('uncalled_asked') u using (week, topic_id, first_day, last_day);
