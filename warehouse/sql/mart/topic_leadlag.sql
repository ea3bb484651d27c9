-- mart_topic_leadlag: one row per topic and pair of platforms where both burst: which was first, as far as the days can tell
create or replace table mart_topic_leadlag as
with onset as (
    select topic_id, platform, min(day) as day, arg_min(event_id, day) as event_id
    from mart_topic_burst
    where grain = 'd' and platform <> 'all' and level in ('signal', 'alert')
        and day > cast(getvariable('as_of') as date) - 28
    group by all
),
heard as (
    select
        o.*,
        min(case d.subject_kind when 'post' then p.published_at else b.first_seen_at end) as moment,
        count(*) as n_docs
    from onset o
    join mart_topic_doc d on d.topic_id = o.topic_id and d.platform = o.platform and d.day = o.day
    left join core_posts p on d.subject_kind = 'post' and p.subject_id = d.subject_id
    left join core_board_entries b on d.subject_kind = 'board_entry' and b.entry_id = d.subject_id
    group by all
),
covered as (
    select h.*, (
        select coalesce(min(e.coverage), 0) from mart_exposure_day e
        where e.platform = h.platform and e.day between h.day - 3 and h.day
    ) as coverage
    from heard h
)
select
    a.topic_id, a.event_id, a.platform as platform_a, b.platform as platform_b, a.moment as first_a, b.moment as first_b,
    date_diff('minute', a.moment, b.moment) / 60.0 as lag_h,
    24.0 as resolution_h,
    case
        when least(a.coverage, b.coverage) < 0.8 then null
        when abs(date_diff('day', a.day, b.day)) <= 2 then 'tie'
        when a.day < b.day then 'a_first'
        else 'b_first'
    end as order_call,
    a.n_docs as n_docs_a, b.n_docs as n_docs_b
from covered a
join covered b on b.topic_id = a.topic_id and a.platform < b.platform
order by a.topic_id, platform_a, platform_b;
