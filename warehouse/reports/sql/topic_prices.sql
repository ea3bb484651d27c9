-- one row per price band of the topic's second-level interest this week: products and shops, their share of the units sold, and who asks for it
select
    band_no,
    -- too few products in 90 days to tell bands apart: all prices are one
    case when lo > 0 or hi is not null then lo end as lo,
    hi, spu_cnt, shop_cnt, spu_share, sold_share_low, sold_share_high, mention_authors, mention_share,
    unit, status
from mart_price_band
where platform = 'all' and status = 'ok' and l2 in (select l2 from mart_topic where topic_id = $subject union all select replace($subject, 'interest:', ''))
    and week <= $as_of::date and week > $as_of::date - 14
qualify week = max(week) over ()
order by unit, band_no
