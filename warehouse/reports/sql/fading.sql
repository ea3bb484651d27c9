-- one row per event that is losing voices, told by the topic that it is named by: q by event at most 0.05 over all topics of the week with enough of them
select
    v.topic_id,
    coalesce(t.label, v.topic_id) as label,
    coalesce(t.label_en, t.label, v.topic_id) as label_en,
    w.stage,
    v.x_cur::bigint as x_cur,
    v.x_prev::bigint as x_prev,
    -- the number at which the change is none: it is of what was read of the topic's platforms, and adds 2 to both weeks
    greatest((v.x_prev + 2) * v.read_growth - 2, 0) as x_expected,
    v.read_growth - 1 as read_change,
    exp(v.v_log) - 1 as change,
    exp(v.v_lo) - 1 as change_lo,
    exp(v.v_hi) - 1 as change_hi,
    v.event_q_value as q_value,
    v.week - 6 as week_start,
    v.week as last_day
from mart_topic_velocity v
left join mart_topic t on t.topic_id = v.topic_id
left join v_weekly_trend w on w.topic_id = v.topic_id and w.week = v.week
where v.platform = 'all' and v.status = 'ok' and v.v_hi < 0 and v.event_q_value <= 0.05 and names_event(v.topic_id, v.event_id)
    and v.week = (select max(week) from mart_topic_velocity where week <= $as_of::date and week > $as_of::date - 14)
-- a hashtag, an interest and a word of the same name are one topic to a reader
qualify row_number() over (partition by coalesce(t.label, v.topic_id) order by t.topic_kind = 'word', t.topic_kind = 'interest', v.topic_id) = 1
order by v.event_q_value, v.v_hi, v.topic_id
limit 5
