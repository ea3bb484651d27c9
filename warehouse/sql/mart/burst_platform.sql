-- one row per platform with documents in the span, all of them pooled last: how many rows burst_cells has of it
select platform, count(*) as n_cells
from mart_topic_day
where day between $first_day::date and $as_of::date
group by platform
order by platform = 'all', platform
