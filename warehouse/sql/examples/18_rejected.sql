-- one row per source and reason: inputs that did not become records
-- zh: 哪些记录没有进库，为什么
-- en: What did not get in, and why
select source, record_kind, reason, count(*) as inputs, max(captured_at) as newest
from rejections
group by all
order by inputs desc
