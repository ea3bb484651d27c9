-- one row per topic of the newest week: how far those who speak of it are
-- zh: 谈论的人走到了哪一步：AIPL（文本）
-- en: How far people have come: AIPL (text)
select t.label, a.window_days, a.n_cued, round(100 * a.a_share) as a, round(100 * a.i_share) as i, round(100 * a.p_share) as p,
    round(100 * a.l_share) as l, round((a.i_share + a.p_share) / a.a_share, 2) as pull
from mart_topic_aipl a
join mart_topic t using (topic_id)
where a.platform = 'all' and a.status = 'ok' and a.week = (select max(week) from mart_topic_aipl)
order by pull desc
