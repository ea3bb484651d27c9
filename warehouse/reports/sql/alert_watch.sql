-- one row per group of the watch list and day, of the two newest days, on which texts met it
with newest as (
    select coalesce((select max(as_of) from mart_run), max(day)) as day from mart_watch_match
),
counted as (
    select group_no, group_name, day, count(*) as n_texts, nullif(count(distinct platform), 0) as n_platforms
    from mart_watch_match
    group by group_no, group_name, day
),
usual as (
    select c.group_no, sum(c.n_texts) / 26.0 as n_usual
    from counted c, newest n
    where c.day <= n.day - 2 and c.day > n.day - 28
    group by c.group_no
)
select
    'watch:' || c.group_name || ':' || c.day as key,
    'watch:' || c.group_no || ':' || c.day as topic_id,
    c.group_name as label,
    c.day,
    c.n_texts,
    c.n_platforms,
    coalesce(u.n_usual, 0) as n_usual
from counted c
cross join newest n
left join usual u on u.group_no = c.group_no
where c.day > n.day - 2 and c.day <= n.day
order by c.day desc, c.n_texts desc, c.group_no
limit 40
