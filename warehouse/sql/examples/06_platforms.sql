-- one row per topic and platform: its multiple of what was expected there in the newest week
-- zh: 同一话题在各平台上的倍数
-- en: One topic across platforms
select t.label, b.platform, b.x, round(b.ratio, 1) as times, b.event_q_value as q_value, b.level
from mart_topic_burst b
join mart_topic t using (topic_id)
where b.grain = 'w' and b.platform <> 'all' and b.status = 'ok'
    and b.day = (select max(day) from mart_topic_burst where grain = 'w')
order by t.label, b.event_q_value
