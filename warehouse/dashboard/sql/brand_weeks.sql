-- one row per week and brand of one category, of its six loudest brands: share of voice with its interval
select week, brand_id, sov, sov_lo, sov_hi, n_authors
from mart_brand_sov_weekly
where platform = $platform and category_id = $category and week <= $as_of::date and week > $as_of::date - 182
    and brand_id in (
        select brand_id
        from mart_brand_sov_weekly
        where platform = $platform and category_id = $category and week <= $as_of::date and week > $as_of::date - 14
            and sov is not null
        qualify week = max(week) over ()
        order by sov desc, brand_id
        limit 6
    )
order by brand_id, week
