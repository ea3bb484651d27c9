-- one row per earlier call on the topic: the week it was made and whether it stood at its newest check
select s.week_called, s.topic_id, s.checked_week, s.still_above_base, s.ratio_now, coalesce(c.is_retrospective, false) as is_retrospective
from v_scorecard s
left join mart_call c on c.week_called = s.week_called and c.topic_id = s.topic_id
where s.topic_id = $subject and s.checked_week <= $as_of::date
qualify row_number() over (partition by s.week_called order by s.checked_week desc) = 1
order by s.week_called desc
limit 8
