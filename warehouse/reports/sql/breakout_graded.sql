-- one row per platform and kind of forecast (called or not) whose 24 hours ended in the seven days: said against came
select
    platform,
    case when is_call then 'called' else 'not_called' end as forecast_kind,
    count(distinct title) as n_titles,
    count(*) as n_forecasts,
    avg(probability) as probability,
    avg(reached_top::int) as share_reached,
    median(lead_hours) filter (reached_top) as lead_hours
from mart_breakout_score
where not coalesce(is_retrospective, false) and cast((captured_at + interval 24 hour) at time zone 'Asia/Shanghai' as date)
    between $as_of::date - $days::integer + 1 and $as_of::date
group by platform, is_call
order by platform, is_call desc
