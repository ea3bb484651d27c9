-- one row: the day the marts were built for, the first day with documents, the newest read whole, the end of the newest week up to the day asked
select
    coalesce(
        (select max(as_of) from mart_run),
        (select max(day) from mart_exposure_day where n_docs > 0)
    ) as newest,
    (select min(day) from mart_exposure_day where n_docs > 0) as oldest,
    (select max(day) from mart_exposure_day where platform = 'all' and n_docs > 0 and coverage >= 0.8) as newest_whole,
    (
        select max(day)
        from mart_topic_burst
        where grain = 'w' and platform = 'all'
            and (day <= $as_of::date or $as_of is null)
            and day > coalesce($as_of::date, day) - 7
    ) as week_end
