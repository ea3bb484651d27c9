-- one row per price band of the topic this week: products, shops and their share
select band_no, lo, hi, spu_cnt, shop_cnt, spu_share, unit, status
from mart_price_band
where platform = 'all' and (topic_id = $subject or 'interest:' || l2 = $subject)
    and week <= $as_of::date and week > $as_of::date - 14 and spu_cnt > 0
qualify week = max(week) over ()
order by unit, band_no
