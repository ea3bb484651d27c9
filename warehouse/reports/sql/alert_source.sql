-- one row per source whose newest run failed or was stopped, or that is silent for longer than its habit: thirty-six hours, or half as long
-- again as usual between its answers
with answer as (
    select source, epoch(finished_at - lag(finished_at) over (partition by source order by finished_at)) as gap
    from crawl_reports
    where outcome in ('complete', 'partial') and finished_at <= $now::timestamptz
),
habit as (
    select source, to_seconds(greatest(36 * 3600, coalesce(1.5 * median(gap), 0))) as patience from answer group by source
),
run as (
    select
        source, run_id, outcome, finished_at, messages, blocks,
        max(finished_at) filter (where outcome in ('complete', 'partial')) over (partition by source) as answered_at,
        row_number() over (partition by source order by finished_at desc, run_id desc) as age
    from crawl_reports
    -- a file that was imported once is no source that could fail
    where not starts_with(source, 'import') and finished_at <= $now::timestamptz
)
select
    'source:' || source as key,
    source as topic_id,
    source as platform,
    case when outcome in ('complete', 'partial') then 'stale' else outcome end as outcome,
    strftime(finished_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as last_run_at,
    strftime(answered_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as answered_at,
    left(coalesce(blocks[1], messages[1]), 160) as reason
from run
left join habit using (source)
where age = 1
    and case
        when outcome in ('complete', 'partial')
            then finished_at < $now::timestamptz - patience and finished_at > $now::timestamptz - patience - interval 12 day
        else finished_at > $now::timestamptz - interval 14 day
    end
order by source
limit 20
