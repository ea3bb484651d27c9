-- one row per source of opinion: net sentiment on the brand in the newest week, with its interval, and the week before
with summed as (
    select
        week, source,
        sum(n_pos)::bigint as n_pos, sum(n_neg)::bigint as n_neg, sum(n_neu)::bigint as n_neu,
        sum(n_pos + n_neg)::bigint as n_polar,
        arg_max(nsr_polar, n_pos + n_neg) as nsr_polar,
        arg_max(nsr_polar_lo, n_pos + n_neg) as nsr_polar_lo,
        arg_max(nsr_polar_hi, n_pos + n_neg) as nsr_polar_hi,
        arg_max(status, n_pos + n_neg) as status
    from mart_topic_sentiment
    where platform = 'all' and brand_id = $subject and week <= $as_of::date and week > $as_of::date - 21
    group by week, source
),
shown as (
    select * replace (
        case when n_polar >= 100 then nsr_polar end as nsr_polar,
        case when n_polar >= 100 then nsr_polar_lo end as nsr_polar_lo,
        case when n_polar >= 100 then nsr_polar_hi end as nsr_polar_hi
    )
    from summed
)
select
    *, lead(nsr_polar) over (partition by source order by week desc) as nsr_before
from shown
qualify row_number() over (partition by source order by week desc) = 1
order by n_polar desc, source
