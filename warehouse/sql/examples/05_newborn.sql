-- one row per topic that the older half of its 42 days of baseline had no document of, talked about enough to be noticed
-- zh: 新出现、还没有基线的话题
-- en: New topics that have no baseline yet
select t.label, t.first_day, b.x
from mart_topic_burst b
join mart_topic t using (topic_id)
where b.platform = 'all' and b.grain = 'w' and b.day = (select max(day) from mart_topic_burst where grain = 'w')
    and b.status = 'no_baseline' and b.x >= 5
order by b.x desc
