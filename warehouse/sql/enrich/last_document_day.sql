-- one row: the newest day of a document that lies no later than its newest observation up to $today, nor than $today
with past as (
    select (cast($today as date) + 1)::timestamp at time zone 'Asia/Shanghai' as moment
),
observed as (
    select max(captured_at) as moment from core_posts where captured_at < (select moment from past)
    union all
    select max(last_seen_at) from core_board_entries where last_seen_at < (select moment from past)
)
select case when count(*) > 0 then
    least(max(day), cast($today as date), (select max(cast(moment at time zone 'Asia/Shanghai' as date)) from observed))
end
from documents
