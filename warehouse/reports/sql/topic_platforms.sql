-- one row per platform: documents of the topic in the last seven days and the seven before, and their share of the platform's
with counted as (
    select
        platform,
        sum(n_docs) filter (where day > $as_of::date - 7)::bigint as n_docs,
        sum(n_docs) filter (where day <= $as_of::date - 7)::bigint as n_docs_before
    from mart_topic_day
    where topic_id = $subject and platform <> 'all' and day <= $as_of::date and day > $as_of::date - 14
    group by platform
),
read as (
    select
        platform,
        sum(n_docs) filter (where day > $as_of::date - 7)::bigint as n_read,
        sum(n_docs) filter (where day <= $as_of::date - 7)::bigint as n_read_before,
        count(*) filter (where day > $as_of::date - 7 and n_docs > 0) as n_days,
        avg(coverage) filter (where day > $as_of::date - 7) as coverage
    from mart_exposure_day
    where platform <> 'all' and day <= $as_of::date and day > $as_of::date - 14
    group by platform
),
heard as (
    select
        platform,
        nullif(count(distinct author_key) filter (where is_ad is not true), 0) as n_authors,
        min(day) as first_day
    from mart_topic_doc
    where topic_id = $subject and day <= $as_of::date and day > $as_of::date - 28
    group by platform
)
select
    r.platform,
    case when r.n_read > 0 then coalesce(c.n_docs, 0) end as n_docs,
    case when r.n_read_before > 0 then coalesce(c.n_docs_before, 0) end as n_docs_before,
    1e4 * coalesce(c.n_docs, 0) / nullif(r.n_read, 0) as share_bp,
    1e4 * coalesce(c.n_docs_before, 0) / nullif(r.n_read_before, 0) as share_bp_before,
    h.n_authors,
    h.first_day,
    r.n_days,
    case when r.n_days is null or r.n_days = 0 or r.coverage < 0.8 then 'low_coverage' else 'ok' end as status
from read r
left join counted c on c.platform = r.platform
left join heard h on h.platform = r.platform
order by coalesce(c.n_docs, 0) desc, r.platform
