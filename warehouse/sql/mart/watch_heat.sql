-- one row per day, platform and topic that bears the name of a watched word: its share of heat in the last months, null on a day that was not read
with heat as (
    select h.platform, h.topic_id, h.day, h.heat_share_bp
    from mart_topic_heat_daily h
    join mart_topic t using (topic_id)
    where h.platform <> 'all' and h.heat_share_bp > 0 and h.day > cast(getvariable('as_of') as date) - getvariable('heat_days')
        and list_contains($words, lower(t.label))
),
unread as (
    select s.platform, s.topic_id, e.day
    from (select platform, topic_id, min(day) as first_day from heat group by all) s
    join mart_exposure_day e on e.platform = s.platform and e.day > s.first_day and e.n_docs = 0
)
select platform, topic_id, date_diff('day', day, cast(getvariable('as_of') as date)) as days_ago, heat_share_bp
from (from heat union all by name from unread)
order by topic_id, platform, days_ago desc
