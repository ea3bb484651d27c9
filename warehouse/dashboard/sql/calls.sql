-- one row per event called in one week: what was claimed then, and how it stands at its newest check
with events as (
    select *
    from mart_call
    where call = 'rising' and week_called <= $week::date and names_event(topic_id, event_id)
    qualify week_called = max(week_called) over ()
),
checked as (
    select *
    from mart_scorecard
    where call = 'rising'
    qualify row_number() over (partition by week_called, topic_id order by checked_week desc) = 1
)
select
    e.week_called,
    e.topic_id,
    coalesce(t.label, e.topic_id) as label,
    coalesce(t.label_en, t.label, e.topic_id) as label_en,
    e.x,
    e.mu,
    -- a multiple of next to nothing says nothing
    case when e.mu >= 1 then e.ratio end as ratio,
    e.q_value,
    c.checked_week,
    case when c.checked_week is null then e.week_called + 7 end as due_week,
    c.still_above_base,
    case when e.mu >= 1 then c.ratio_now end as ratio_now,
    e.is_retrospective
from events e
left join checked c on c.week_called = e.week_called and c.topic_id = e.topic_id
left join mart_topic t on t.topic_id = e.topic_id
order by e.q_value, e.ratio desc, e.topic_id
limit 200
