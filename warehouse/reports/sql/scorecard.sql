-- one row per event called in the last report: whether it still stands above its baseline
with events as (
    select s.* replace (coalesce(c.is_retrospective, false) as is_retrospective), c.mu
    from v_scorecard s
    left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
    where s.call = 'rising' and s.checked_week <= $as_of::date and s.checked_week > $as_of::date - 14
        and names_event(s.topic_id, c.event_id)
    qualify s.week_called = max(s.week_called) over ()
        and s.checked_week = max(s.checked_week) over (partition by s.topic_id)
)
select
    s.week_called,
    s.topic_id,
    coalesce(t.label, s.topic_id) as label,
    coalesce(t.label_en, t.label, s.topic_id) as label_en,
    s.checked_week,
    s.still_above_base,
    -- a multiple of next to nothing says nothing
    case when s.mu is null or s.mu >= 1 then s.ratio_now end as ratio_now,
    s.is_retrospective
from events s
left join mart_topic t on t.topic_id = s.topic_id
order by s.still_above_base desc nulls last, ratio_now desc nulls last, s.topic_id
