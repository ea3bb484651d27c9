-- one row: the period asked for, documents read in it, topics tested at its end, the newest day that was read up to it
select
    $as_of::date - $days::integer + 1 as first_day,
    $as_of::date as last_day,
    (
        select sum(n_docs)::bigint
        from mart_exposure_day
        where platform = 'all' and n_docs > 0 and day > $as_of::date - $days::integer and day <= $as_of::date
    ) as n_docs,
    (
        select max(m_tested)
        from mart_topic_burst
        where grain = $grain and platform = 'all' and day > $as_of::date - $days::integer and day <= $as_of::date
    ) as m_tested,
    (select max(day) from mart_exposure_day where n_docs > 0 and day <= $as_of::date) as newest_read
