-- one row per quality check of the newest run that made any, failures first
select "check", subject, passed, is_required, observed, expected, note,
    strftime(checked_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as checked_at
from check_results
qualify checked_at::date = max(checked_at::date) over ()
order by passed, is_required desc, "check", subject
limit 100
