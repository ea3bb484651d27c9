-- one row per title whose probability of the top ten within 24 hours reaches the user's bound
select
    concat_ws('/', platform, board, title) as key,
    '' as topic_id,
    title as label,
    platform,
    rank,
    probability
from mart_breakout
where status = 'ok' and probability >= $least_probability::double
order by probability desc, platform, board, rank, title
limit 20
