-- one row per run or model behind the figures
select 'trends' as part, run_id as version
from mart_topic_heat_daily
where day = $as_of::date and run_id is not null
union
select 'sentiment', model_ver
from mart_topic_sentiment
where week <= $as_of::date and week > $as_of::date - 14 and model_ver is not null
union
select 'aipl', lex_ver
from mart_topic_aipl
where week <= $as_of::date and week > $as_of::date - 14 and lex_ver is not null
union
select 'crawl:' || source, max(run_id)
from crawl_reports
where outcome in ('complete', 'partial')
    and (finished_at at time zone 'Asia/Shanghai')::date between $as_of::date - $days::integer + 1 and $as_of::date + 1
group by source
order by part, version
