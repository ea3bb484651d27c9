-- one row per watched brand and category whose share of voice changed: the 95 % interval of the change leaves out zero
select
    'brand:' || b.brand_id || ':' || b.category_id || ':' || b.week as key,
    b.brand_id as topic_id,
    b.brand_id as label,
    coalesce(c.label, b.category_id) as category,
    coalesce(c.label_en, c.label, b.category_id) as category_en,
    b.week as day,
    b.sov,
    b.delta_pp,
    b.delta_lo,
    b.delta_hi,
    b.n_authors,
    b.rank
from mart_brand_sov_weekly b
left join mart_topic c on c.topic_id = 'interest:' || b.category_id
where b.platform = 'all' and b.status = 'ok' and lower(b.brand_id) in (select lower(unnest($brands::varchar[])))
    and b.week <= $as_of::date + 6 and b.week > $as_of::date - 14 and (b.delta_lo > 0 or b.delta_hi < 0)
qualify b.week = max(b.week) over ()
order by abs(b.delta_pp) desc, b.brand_id, b.category_id
limit 20
