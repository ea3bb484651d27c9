-- one row per platform: likes a post of one word gets there, as far as they are shown
-- zh: 含某个词的内容在各平台的点赞
-- en: Likes of posts with a word, by platform
select platform, count(*) as posts, count(likes) as with_likes, median(likes) as median_likes,
    count(*) filter (where list_contains(floor_counts, 'likes')) as only_at_least
from core_posts
where contains(title, '拼豆') or contains(text, '拼豆')
group by platform
order by posts desc
