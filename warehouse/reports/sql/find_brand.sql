-- one row per brand whose name is or resembles the words given, the closest first; spaces and capitals make no other name
with named as (
    select
        brand_id,
        sum(n_authors)::bigint as n_authors,
        replace(lower(brand_id), ' ', '') as name,
        replace(lower($name), ' ', '') as asked
    from mart_brand_sov_weekly
    where platform = 'all' and week <= $as_of::date
    group by brand_id
)
select brand_id, n_authors, name = asked as is_same
from named
where is_same or contains(name, asked) or contains(asked, name)
order by is_same desc, n_authors desc, brand_id
limit 8
