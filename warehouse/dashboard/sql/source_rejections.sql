-- one row per source, kind and reason: inputs that did not become records, most first
select
    source as platform,
    record_kind,
    reason,
    count(*) as n_rejected,
    strftime(max(captured_at) at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M') as last_seen_at,
    any_value(detail) as detail
from rejections
group by all
order by n_rejected desc, platform, record_kind, reason
limit 60
