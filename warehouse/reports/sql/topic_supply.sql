-- one row: demand for the topic in content against supply in listings over the same 28 days
select
    o.topic_id,
    coalesce(t.label, o.topic_id) as label,
    coalesce(t.label_en, t.label, o.topic_id) as label_en,
    o.class,
    case when o.status = 'ok' then exp(o.gap) end as gap_ratio,
    case when o.status = 'ok' then exp(o.gap_lo) end as gap_ratio_lo,
    case when o.status = 'ok' then exp(o.gap_hi) end as gap_ratio_hi,
    o.demand_authors,
    o.intent_authors,
    nullif(o.demand_authors, o.intent_authors) as stand_in_authors,
    o.spu_cnt,
    o.shop_cnt,
    o.new_spu_28d,
    o.hhi_top10,
    o.shortage_authors,
    o.query_coverage,
    cast(o.price_p50 as decimal(18, 2)) as price_p50,
    o.price_currency as unit,
    o.sold_low,
    o.sold_high,
    o.status
from mart_topic_opportunity o
left join mart_topic t on t.topic_id = o.topic_id
where o.topic_id = $subject and o.period <= $as_of::date and o.period > $as_of::date - 14
qualify o.period = max(o.period) over ()
