-- one row per topic whose demand is clearly above its supply
-- zh: 需求明显高于供给的话题
-- en: Demand clearly above supply
select t.label, round(exp(o.gap), 1) as demand_over_supply, round(exp(o.gap_lo), 1) as at_least,
    o.intent_authors, o.spu_cnt, o.shop_cnt, o.price_p50
from mart_topic_opportunity o
join mart_topic t using (topic_id)
where o.period = (select max(period) from mart_topic_opportunity) and o.status = 'ok' and o.gap_lo > ln(1.5)
order by o.gap_lo desc
