-- one row per week of the last eight: documents of the topic, their share of all, and the burst test where it was near
with week as (
    select $as_of::date - 7 * i::integer as week from range(8) r(i)
),
read as (
    select w.week, sum(e.n_docs)::bigint as n_read, count(*) filter (where e.n_docs > 0) as n_days
    from week w
    join mart_exposure_day e on e.platform = 'all' and e.day <= w.week and e.day > w.week - 7
    group by w.week
),
said as (
    select w.week, sum(d.n_docs)::bigint as n_docs
    from week w
    join mart_topic_day d on d.platform = 'all' and d.topic_id = $subject and d.day <= w.week and d.day > w.week - 7
    group by w.week
),
tested as (
    select * from mart_topic_burst where topic_id = $subject and grain = 'w' and platform = 'all'
),
voices as (
    select w.week, nullif(count(distinct d.author_key) filter (where d.is_ad is not true), 0) as n_authors
    from week w
    join mart_topic_doc d on d.topic_id = $subject and d.day <= w.week and d.day > w.week - 7
    group by w.week
)
select
    $subject as topic_id,
    r.week,
    r.n_days,
    coalesce(s.n_docs, 0) as n_docs,
    v.n_authors,
    1e4 * coalesce(s.n_docs, 0) / nullif(r.n_read, 0) as share_bp,
    -- a topic too young for a baseline has no multiple
    m.mu,
    m.ratio,
    m.event_q_value as q_value,
    b.status
from read r
left join said s on s.week = r.week
left join voices v on v.week = r.week
left join tested b on b.day = r.week
left join tested m on m.day = r.week and m.status <> 'no_baseline'
order by r.week desc
