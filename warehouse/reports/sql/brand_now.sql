-- one row per category in which the brand is named: its share of voice in the newest week, and the change, with intervals
select
    b.brand_id,
    b.category_id,
    coalesce(c.label, b.category_id) as category,
    coalesce(c.label_en, c.label, b.category_id) as category_en,
    $as_of::date - 6 as week_start,
    $as_of::date as last_day,
    b.n_docs,
    b.n_authors,
    b.sov,
    b.sov_lo,
    b.sov_hi,
    b.sov_eng,
    b.delta_pp,
    b.delta_lo,
    b.delta_hi,
    b.rank,
    b.rank_diff,
    b.status
from mart_brand_sov_weekly b
left join mart_topic c on c.topic_id = 'interest:' || b.category_id
where b.platform = 'all' and b.brand_id = $subject and b.week <= $as_of::date and b.week > $as_of::date - 14
qualify b.week = max(b.week) over ()
order by b.n_authors desc, b.category_id
limit 6
