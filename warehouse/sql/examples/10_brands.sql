-- one row per brand and category of the newest week: share of voice with its interval and change
-- zh: 品牌声量份额与变化
-- en: Share of voice and its change
select c.label as category, s.brand_id, round(100 * s.sov, 1) as share, round(100 * s.sov_lo, 1) as low,
    round(100 * s.sov_hi, 1) as high, s.delta_pp, s.delta_lo > 0 or s.delta_hi < 0 as change_is_clear
from mart_brand_sov_weekly s
join mart_topic c on c.topic_id = 'interest:' || s.category_id
where s.platform = 'all' and s.week = (select max(week) from mart_brand_sov_weekly)
order by category, s.sov desc
