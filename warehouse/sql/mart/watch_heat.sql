-- one row per day, platform and topic that bears the name of a watched word: its share of heat in the last months
select h.platform, h.topic_id, date_diff('day', h.day, cast(getvariable('as_of') as date)) as days_ago, h.heat_share_bp
from mart_topic_heat_daily h
join mart_topic t using (topic_id)
where h.platform <> 'all' and h.heat_share_bp > 0 and h.day > cast(getvariable('as_of') as date) - getvariable('heat_days')
    and list_contains($words, lower(t.label))
order by h.topic_id, h.platform, days_ago desc
