-- one row per quarter and pair of platforms: whose boards carry the same story first, and by how many hours
select
    concat(year(p.quarter), ' Q', quarter(p.quarter)) as quarter,
    p.a as platform_a,
    p.b as platform_b,
    p.n_topics,
    p.lag_med_h,
    p.lag_q25,
    p.lag_q75,
    p.a_first_share,
    p.tie_share,
    p.resolution_med_h,
    p.p_sign,
    p.status
from mart_platform_leadlag p
where p.quarter <= $as_of::date
order by p.quarter desc, p.n_topics desc, p.a, p.b
limit 40
