-- one row per day: documents of one topic, and its part of ten thousand of all that was read
-- zh: 一个话题每天的条数，除以当天读到的全部
-- en: One topic's curve, divided by how much was read
select e.day, coalesce(d.n_docs, 0) as n_docs, e.n_docs as read, round(1e4 * coalesce(d.n_docs, 0) / e.n_docs, 1) as share_bp
from mart_exposure_day e
left join mart_topic_day d on d.day = e.day and d.platform = e.platform and d.topic_id = 'tag:拼豆'
where e.platform = 'all' and e.n_docs > 0
order by e.day
