-- one row per landing package that could not be loaded, newest first
select source as platform, run_id, reason, detail,
    strftime(seen_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as seen_at
from quarantine
order by quarantine.seen_at desc, source, run_id
limit 60
