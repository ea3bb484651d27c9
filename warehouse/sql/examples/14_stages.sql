-- one row per stage of the newest week: how many topics stand there, and a few of them
-- zh: 各生命周期阶段有多少话题
-- en: How many topics stand at each stage
select g.stage, count(*) as topics, list_slice(list(t.label order by t.n_docs desc), 1, 5) as largest
from mart_topic_stage g
join mart_topic t using (topic_id)
where g.platform = 'all' and g.stage is not null and g.week = (select max(week) from mart_topic_stage)
group by g.stage
order by topics desc
