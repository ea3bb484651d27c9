-- one row per source of opinion: net sentiment on the brand in the newest week, with its interval, and the week before
with shown as (
    select
        week, source, n_pos, n_neg, n_neu, n_polar, nsr as nsr_polar, nsr_lo as nsr_polar_lo, nsr_hi as nsr_polar_hi, status
    from mart_topic_sentiment
    where platform = 'all' and brand_id = $subject and week <= $as_of::date and week > $as_of::date - 21
)
select
    *, lead(nsr_polar) over (partition by source order by week desc) as nsr_before
from shown
qualify row_number() over (partition by source order by week desc) = 1
order by n_polar desc, source
