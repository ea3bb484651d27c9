-- one row per source of opinion: net sentiment on the topic in its newest week with a view, and the week before
with recent as (
    select *, n_pos + n_neg as n_polar
    from mart_topic_sentiment
    where platform = 'all' and brand_id is null and topic_id = $subject
        and week <= $as_of::date and week > $as_of::date - 21
)
select
    source,
    n_pos,
    n_neg,
    n_neu,
    n_polar,
    case when n_polar >= 100 then nsr_polar end as nsr_polar,
    case when n_polar >= 100 then nsr_polar_lo end as nsr_polar_lo,
    case when n_polar >= 100 then nsr_polar_hi end as nsr_polar_hi,
    case when n_polar >= 100 then nsr_total end as nsr_total,
    case when n_polar >= 100 then
        lead(case when n_polar >= 100 then nsr_polar end) over (partition by source order by week desc)
    end as nsr_before,
    status
from recent
qualify row_number() over (partition by source order by week desc) = 1
order by n_polar desc, source
