-- one row per platform, source and time in which it was read: whether the burst test counts it, and from when or until when
select
    platform,
    source,
    first_day,
    last_day,
    case when counts_until < $as_of::date then 'ended' when counts_from > $as_of::date then 'waits' else 'counts' end as panel_state,
    case when counts_until < $as_of::date then 'ended' when counts_from_all > $as_of::date then 'waits' else 'counts' end
        as panel_state_all,
    case when counts_from > $as_of::date and coalesce(counts_until >= $as_of::date, true) then counts_from end as waits_until,
    case when counts_from_all > $as_of::date and coalesce(counts_until >= $as_of::date, true) then counts_from_all end
        as waits_until_all,
    case when counts_until < $as_of::date then counts_until end as ended_on
from mart_source_panel
where first_day <= $as_of::date and coalesce(counts_until > $as_of::date - 180, true)
order by platform, ended_on is not null, first_day, source
limit 100
