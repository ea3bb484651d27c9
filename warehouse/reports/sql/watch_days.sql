-- one row per group of the watch list, day of the last four weeks and platform: texts that met it
select 'watch:' || group_no as topic_id, group_name as label, day, platform, count(*) as n_texts
from mart_watch_match
where day <= $as_of::date and day > $as_of::date - 28
group by group_no, group_name, day, platform
order by group_no, day, platform
