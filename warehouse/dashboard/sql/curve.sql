-- one row per named topic and day of the last six weeks on one platform: its documents in ten thousand
select
    d.topic_id,
    e.day,
    coalesce(n.n_docs, 0) as n_docs,
    1e4 * coalesce(n.n_docs, 0) / nullif(e.n_docs, 0) as share_bp
from (select unnest($topic_ids::varchar[]) as topic_id) d
cross join mart_exposure_day e
left join mart_topic_day n
    on n.topic_id = d.topic_id and n.day = e.day and n.platform = e.platform
    -- said again for the scan: it skips what the join would throw away
    and n.day > $as_of::date - 42 and n.day <= $as_of::date and n.topic_id in (select unnest($topic_ids::varchar[]))
where e.platform = $platform and e.n_docs > 0 and e.day > $as_of::date - 42 and e.day <= $as_of::date
order by d.topic_id, e.day
