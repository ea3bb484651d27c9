-- one row per topic and source of the newest week with 100 clear voices: net sentiment by both definitions in use
-- zh: 净情感的两种口径
-- en: Net sentiment by both definitions
select t.label, s.source, s.window_days, s.n_pos, s.n_neg, s.n_neu, round(s.nsr, 2) as polar,
    round((s.n_pos - s.n_neg) / (s.n_pos + s.n_neg + s.n_neu), 2) as total, s.status
from mart_topic_sentiment s
join mart_topic t using (topic_id)
where s.platform = 'all' and s.brand_id is null and s.n_pos + s.n_neg >= 100
    and s.week = (select max(week) from mart_topic_sentiment)
order by polar
