-- one row per document behind a topic's number of the newest 28 days
-- zh: 数字背后的内容与链接
-- en: The posts behind a number, with their links
select d.day, d.platform, d.title, d.url, p.likes, p.comments, d.is_primary
from mart_topic_doc d
left join core_posts p using (subject_id)
where d.topic_id = 'tag:拼豆' and d.day > (select max(day) from mart_topic_doc) - 28
order by p.likes desc nulls last, d.day desc
limit 50
