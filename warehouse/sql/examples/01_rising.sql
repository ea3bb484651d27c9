-- one row per topic with a baseline that passed the test of the newest week, most surprising first
-- zh: 这一周哪些兴趣在上升，有多确定
-- en: What rises this week, and how sure is it
select topic_zh, ratio, q_value, stage, n_authors, lead_platform, top_attrs
from v_weekly_trend
where week = (select max(week) from v_weekly_trend) and status = 'ok' and q_value <= 0.05
order by q_value
limit 20
