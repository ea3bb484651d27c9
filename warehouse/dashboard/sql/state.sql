-- one row: the edition being read, how old it is, what it holds, and the days its marts end on
select
    p.publish_seq,
    p.load_seq,
    strftime(p.published_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as published_at,
    strftime(p.newest_captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as newest_captured_at,
    (select sum(n_docs)::bigint from mart_exposure_day where platform = 'all') as n_docs,
    (select nullif(count(*), 0) from core_listings) as n_listings,
    epoch(p.newest_captured_at)::bigint as newest_captured_epoch,
    coalesce((select max(as_of) from mart_run), (select max(day) from mart_exposure_day where n_docs > 0)) as as_of,
    (select max(day) from mart_topic_burst where grain = 'w' and platform = 'all') as week_end
from publication p
