-- one row per week and age: engagement of the topic's posts against the platforms' own, all read at that age, newest week first
select
    week,
    age_h,
    n_posts,
    n_authors,
    case when status = 'ok' then lift end as lift,
    case when status = 'ok' then lift_lo end as lift_lo,
    case when status = 'ok' then lift_hi end as lift_hi,
    status
from mart_topic_snapshot
where topic_id = $topic and platform = 'all' and week <= $as_of::date and week > $as_of::date - 56
order by week desc, age_h
limit 8
