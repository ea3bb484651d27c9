-- one row per topic, source and week whose net sentiment fell since the week before, beyond what chance explains
-- zh: 净情感一周之内跌了多少
-- en: Where sentiment fell within a week
select t.label, w.source, w.week, round(b.nsr, 2) as before, round(w.nsr, 2) as now
from mart_topic_sentiment w
join mart_topic_sentiment b
    on b.week = w.week - 7 and b.topic_id = w.topic_id and b.source = w.source and b.platform = w.platform
join mart_topic t on t.topic_id = w.topic_id
where w.platform = 'all' and w.window_days = 7 and b.window_days = 7
    -- half of both 95 % intervals, as the two legs of a right angle: half of the interval of the difference
    and w.nsr - b.nsr + sqrt((w.nsr_hi - w.nsr_lo) ** 2 + (b.nsr_hi - b.nsr_lo) ** 2) / 2 < 0
order by w.nsr - b.nsr
