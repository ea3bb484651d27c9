-- one row per platform: days read, and its volume against the median of the four periods before
with counted as (
    select
        platform,
        ($as_of::date - day) // $days::integer as periods_ago,
        sum(n_docs)::bigint as n_docs,
        count(distinct day) filter (where n_docs > 0) as n_days,
        avg(coverage) as coverage,
        max(day) filter (where n_docs > 0) as last_day
    from mart_exposure_day
    where platform <> 'all' and day > $as_of::date - 5 * $days::integer and day <= $as_of::date
    group by all
),
usual as (
    select platform, median(n_docs)::double as usual_docs
    from counted
    where periods_ago between 1 and 4
    group by platform
),
runs as (
    select source, max(finished_at) as last_run_at
    from crawl_reports
    where outcome in ('complete', 'partial')
    group by source
),
-- the sources that the test for rises counts on the last day, and those that it will
panel as (
    select
        platform,
        string_agg(source, ', ' order by source) filter (where counts_from <= $as_of::date) as sources,
        string_agg(source, ', ' order by source) filter (where counts_from > $as_of::date) as sources_waiting
    from mart_source_panel
    where first_day <= $as_of::date and coalesce(counts_until >= $as_of::date, true)
    group by platform
)
select
    p.platform,
    s.sources,
    s.sources_waiting,
    coalesce(c.n_days, 0) as n_days,
    $days::integer as days_expected,
    c.n_docs,
    c.n_docs is null as is_unread,
    u.usual_docs,
    c.n_docs / nullif(u.usual_docs, 0) as volume_ratio,
    c.coverage,
    coalesce(c.last_day, p.last_day) as last_day,
    date_trunc('minute', r.last_run_at at time zone 'Asia/Shanghai') as last_run_at,
    case
        when c.n_docs is null or c.n_docs < 0.8 * u.usual_docs or c.coverage < 0.8 then 'low_coverage'
        when u.usual_docs is null then 'no_baseline'
        else 'ok'
    end as status
from (select platform, max(last_day) as last_day from counted group by platform) p
left join counted c on c.platform = p.platform and c.periods_ago = 0
left join usual u on u.platform = p.platform
left join panel s on s.platform = p.platform
left join runs r on r.source = p.platform
order by coalesce(c.n_docs, 0) desc, p.platform
