-- mart_breakout_reliability: one row per platform and tenth of probability: what was forecast, and not afterwards, against what came
create or replace table mart_breakout_reliability as
select
    platform,
    least(floor(probability * 10), 9)::bigint as tenth,
    count(*) as n_forecasts,
    count(distinct title) as n_titles,
    avg(probability) as mean_probability,
    avg(reached_top::int) as share_reached,
    wilson_lo(sum(reached_top::int), count(*)) as share_lo,
    wilson_hi(sum(reached_top::int), count(*)) as share_hi,
    case when count(distinct title) >= 30 then 'ok' else 'low_support' end as status
from mart_breakout_score
where not is_retrospective
group by all
order by platform, tenth;
