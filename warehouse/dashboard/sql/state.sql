-- one row: the edition being read, how old it is, what it holds, and the days its marts end on
with crawl as (
    select distinct run_id from crawl_reports where not starts_with(source, 'import')
),
-- a file that is imported tells when it was read, and not that the platforms are;
-- who has fed files alone for twelve weeks does not wait for a crawl, and what is older is not read
recent as (
    select newest_captured_at - interval 84 day as since, newest_captured_at as until from publication
),
crawled as (
    select max(moment) as moment
    from (
        select max(captured_at) as moment from core_posts
        where captured_at >= (select since from recent) and run_id in (select run_id from crawl)
        union all
        select max(captured_at) from core_listings
        where captured_at >= (select since from recent) and run_id in (select run_id from crawl)
        union all
        select max(last_seen_at) from core_board_entries
        where last_seen_at >= (select since from recent) and run_id in (select run_id from crawl)
    )
    having max(moment) <= (select until from recent)
)
select
    p.publish_seq,
    p.load_seq,
    strftime(p.published_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as published_at,
    strftime(p.newest_captured_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as newest_captured_at,
    (select sum(n_docs)::bigint from mart_exposure_day where platform = 'all') as n_docs,
    (select nullif(count(*), 0) from core_listings) as n_listings,
    epoch(p.newest_captured_at)::bigint as newest_captured_epoch,
    strftime(c.moment at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as newest_crawled_at,
    epoch(c.moment)::bigint as newest_crawled_epoch,
    coalesce((select max(as_of) from mart_run), (select max(day) from mart_exposure_day where n_docs > 0)) as as_of,
    (select max(day) from mart_topic_burst where grain = 'w' and platform = 'all') as week_end
from publication p
left join crawled c on true
