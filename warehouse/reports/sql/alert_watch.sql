-- one row per group of the watch list and day, of the two newest days, on which texts met it
with newest as (
    select coalesce((select max(as_of) from mart_run), max(day)) as day from mart_watch_match
),
counted as (
    select group_no, group_name, day, count(*) as n_texts, nullif(count(distinct platform), 0) as n_platforms
    from mart_watch_match
    group by group_no, group_name, day
),
-- a week of read days tells what is usual
span as (
    select n.day, count(*) as n_days
    from newest n
    join mart_exposure_day e on e.platform = 'all' and e.n_docs > 0 and e.day <= n.day - 2 and e.day > n.day - 28
    group by n.day
    having n_days >= 7
),
usual as (
    select c.group_no, sum(c.n_texts) / s.n_days as n_usual
    from counted c, span s
    where c.day <= s.day - 2 and c.day > s.day - 28
    group by c.group_no, s.n_days
)
select
    'watch:' || c.group_name || ':' || c.day as key,
    'watch:' || c.group_no || ':' || c.day as topic_id,
    c.group_name as label,
    c.day,
    c.n_texts,
    c.n_platforms,
    coalesce(u.n_usual, case when s.n_days is not null then 0 end) as n_usual
from counted c
cross join newest n
left join span s on s.day = n.day
left join usual u on u.group_no = c.group_no
where c.day > n.day - 2 and c.day <= n.day
order by c.day desc, c.n_texts desc, c.group_no
