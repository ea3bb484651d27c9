-- one row per hashtag that stands beside another one: how often, and since when
-- zh: 常与某个标签一起出现的标签
-- en: Hashtags that go with a hashtag
select tag, count(*) as posts, min(published_at)::date as since
from core_posts, unnest(hashtags) as h(tag)
where list_contains(hashtags, '多巴胺穿搭') and tag <> '多巴胺穿搭'
group by tag
order by posts desc, tag
limit 20
