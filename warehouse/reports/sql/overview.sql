-- one row: how much was read in the period, all platforms together
with period as (
    select $as_of::date - $days::integer + 1 as first_day, $as_of::date as last_day
),
read_days as (
    select e.*
    from mart_exposure_day e, period
    where e.day between first_day and last_day and e.n_docs > 0
)
select
    first_day,
    last_day,
    (select sum(n_docs)::bigint from read_days where platform = 'all') as n_docs,
    (
        select nullif(count(distinct author_key), 0)
        from core_posts
        -- who is paid to speak is no voice more, as in every mart
        where kind <> 'comment' and is_ad is not true
            and (coalesce(published_at, first_captured_at) at time zone 'Asia/Shanghai')::date between first_day and last_day
    ) as n_authors,
    (select nullif(count(distinct platform), 0) from read_days where platform <> 'all') as n_platforms,
    (
        select nullif(count(distinct subject_id), 0)
        from core_listings
        -- the table holds an offer's last reading: one that was read before a day and after it was on sale between
        where (captured_at at time zone 'Asia/Shanghai')::date >= last_day - 27
            and (coalesce(first_captured_at, captured_at) at time zone 'Asia/Shanghai')::date <= last_day
    ) as n_listings,
    (
        select max(m_tested)
        from mart_topic_burst
        where grain = $grain and platform = 'all' and day > $as_of::date - $days::integer and day <= $as_of::date
    ) as m_tested,
    -- the map of demand and supply is kept of the newest period alone
    exists (from mart_topic_opportunity where period > last_day) as is_map_replaced
from period
