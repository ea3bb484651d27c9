-- one row per topic with a baseline and day with q at most 0.10 on two of three days
-- zh: 最近三十天的警报：三天中两天显著
-- en: Alerts of thirty days: significant on two of three days
select b.day, t.label, b.x, round(b.mu, 1) as expected, round(b.ratio, 1) as times, b.event_q_value as q_value
from mart_topic_burst b
join mart_topic t using (topic_id)
where b.platform = 'all' and b.grain = 'd' and b.level = 'alert' and b.status = 'ok'
    and b.day > (select max(day) from mart_topic_burst) - 30
order by b.day desc, b.event_q_value
