-- one row per platform: days read of the newest 28, and documents on a usual day
-- zh: 每个平台读到了多少，缺了哪些天
-- en: How much was read of each platform
select platform, count(*) filter (where n_docs > 0) as days_read, median(n_docs) as usual_docs, max(day) filter (where n_docs > 0) as newest,
    round(min(coverage), 2) as worst_coverage
from mart_exposure_day
where day > (select max(day) from mart_exposure_day) - 28
group by platform
order by usual_docs desc
