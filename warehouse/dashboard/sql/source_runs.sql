-- one row per source: its newest run, how it ended, what it brought and what stopped it
with runs as (
    select *, count(*) over (partition by source) as n_runs
    from crawl_reports
    qualify row_number() over (partition by source order by finished_at desc, run_id) = 1
)
select
    source as platform,
    run_id,
    outcome,
    strftime(finished_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as finished_at,
    duration_seconds,
    list_sum(map_values(records_by_kind))::bigint as n_records,
    coalesce(list_sum(map_values(requests_by_status)), 0)::bigint as n_requests,
    coalesce(list_sum(map_values(map_from_entries(list_filter(map_entries(requests_by_status),
        lambda e: e.key like '4%' or e.key like '5%' or e.key = 'error')))), 0)::bigint as n_failed,
    coalesce(list_sum(map_values(rejections_by_reason)), 0)::bigint as n_rejected,
    nullif(len(queries), 0) as n_searches,
    case when len(queries) > 0 then len(list_filter(queries, lambda s: s.found = 0)) end as n_empty,
    coalesce(robots_decisions['disallowed'], 0)::bigint as n_disallowed,
    list_slice(blocks, 1, 3) as blocks,
    list_slice(messages, 1, 3) as messages,
    n_runs
from runs
order by finished_at desc, source
