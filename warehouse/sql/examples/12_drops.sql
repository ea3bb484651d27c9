-- one row per topic whose net sentiment fell from one week to the next
-- zh: 净情感一周之内跌了多少
-- en: Where sentiment fell within a week
with weeks as (
    select *, case when lag(week) over own = week - 7 then lag(nsr) over own end as before
    from mart_topic_sentiment
    where platform = 'all' and brand_id is null and n_pos + n_neg >= 100 and window_days = 7
    window own as (partition by topic_id, source order by week)
)
select t.label, w.source, w.week, round(w.before, 2) as before, round(w.nsr, 2) as now
from weeks w
join mart_topic t using (topic_id)
where w.nsr < w.before
order by w.nsr - w.before
