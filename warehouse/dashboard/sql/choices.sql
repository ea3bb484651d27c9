-- one row per value that a filter of the trends page offers: platforms read, first-level interests
select 'platform' as filter, platform as value, null as label, null as label_en
from (select distinct platform from mart_exposure_day)
union all
select 'interest', l1, label, label_en
from mart_topic
where topic_kind = 'interest' and l2 is null and l1 is not null
order by filter, value desc
