-- one row per earlier call on the topic: what was said, when, and whether its newest check found it right
select
    s.week_called, s.topic_id, s.call, s.checked_week, s.is_right,
    -- a multiple of next to nothing says nothing
    case when s.call not in ('new', 'blue_ocean') and coalesce(c.mu, 1) >= 1 then s.ratio_now end as ratio_now,
    -- of a blue ocean its products are held against those of like topics
    case when s.call = 'blue_ocean' then s.ratio_now end as growth_ratio,
    coalesce(c.is_retrospective, false) as is_retrospective
from v_scorecard s
left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id and c.call = s.call
where s.topic_id = $subject and s.checked_week <= $as_of::date
qualify row_number() over (partition by s.week_called, s.call order by s.checked_week desc) = 1
order by s.week_called desc, s.call
limit 12
