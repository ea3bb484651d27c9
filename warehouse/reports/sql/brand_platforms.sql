-- one row per platform: authors who name the brand in the newest week, and its rank there
select platform, category_id, n_docs, n_authors, sov, sov_lo, sov_hi, rank, status
from mart_brand_sov_weekly
where platform <> 'all' and brand_id = $subject and week <= $as_of::date and week > $as_of::date - 14
qualify week = max(week) over () and row_number() over (partition by platform order by n_authors desc, category_id) = 1
order by n_authors desc, platform
