-- one row per day that was read, oldest first: documents and authors of the topic, all documents, the day's test
select
    e.day,
    coalesce(n.n_docs, 0) as n_docs,
    coalesce(n.n_authors, 0) as n_authors,
    e.n_docs as exposure,
    e.coverage,
    b.mu,
    b.dispersion,
    b.event_q_value as q_value,
    b.level
from mart_exposure_day e
left join mart_topic_day n
    on n.topic_id = $topic and n.platform = $platform and n.day = e.day
left join mart_topic_burst b
    on b.topic_id = $topic and b.platform = $platform and b.grain = 'd' and b.day = e.day
where e.platform = $platform and e.n_docs > 0 and e.day > $as_of::date - $days::integer and e.day <= $as_of::date
order by e.day
