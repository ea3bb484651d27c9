-- one row per call of the last report: whether the topic still stands above its baseline
select
    s.week_called,
    s.topic_id,
    coalesce(t.label, s.topic_id) as label,
    coalesce(t.label_en, t.label, s.topic_id) as label_en,
    s.checked_week,
    s.still_above_base,
    s.ratio_now
from v_scorecard s
left join mart_topic t on t.topic_id = s.topic_id
where s.checked_week is not null and s.checked_week <= $as_of::date and s.checked_week > $as_of::date - 14
qualify s.week_called = max(s.week_called) over () and s.checked_week = max(s.checked_week) over (partition by s.topic_id)
order by s.still_above_base desc nulls last, s.ratio_now desc nulls last, s.topic_id
