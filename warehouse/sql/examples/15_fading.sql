-- one row per topic with enough voices that lost some in the newest week; of all rows one in twenty may be chance
-- zh: 正在消退的话题
-- en: What is fading
select t.label, v.x_cur as voices, v.x_prev as before, round(100 * (exp(v.v_log) - 1)) as percent, v.q_value
from mart_topic_velocity v
join mart_topic t using (topic_id)
where v.platform = 'all' and v.status = 'ok' and v.v_hi < 0 and v.q_value <= 0.05 and v.week = (select max(week) from mart_topic_velocity)
order by v.q_value, v.v_hi
