-- one row per platform and hour of the day: share of its documents of 28 days that come in that hour
select
    platform,
    hour(moment at time zone 'Asia/Shanghai') as hour_of_day,
    count(*) / sum(count(*)) over (partition by platform) as share
from document
where is_primary and day > cast(getvariable('as_of') as date) - 28
group by platform, hour_of_day
