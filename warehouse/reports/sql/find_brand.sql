-- one row per brand whose name is or resembles the words given, the closest first
select
    brand_id,
    sum(n_authors)::bigint as n_authors,
    lower(brand_id) = lower($name) as is_same
from mart_brand_sov_weekly
where platform = 'all' and week <= $as_of::date
group by brand_id
having is_same or contains(lower(brand_id), lower($name)) or contains(lower($name), lower(brand_id))
order by is_same desc, n_authors desc, brand_id
limit 8
