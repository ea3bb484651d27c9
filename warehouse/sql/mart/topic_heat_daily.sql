-- mart_topic_heat_daily: one row per day, platform and topic of the last months: its share of all heat, and the parts of it
create or replace temp table heat_written_span as
-- each side is cut to the span before it is joined: eight tables of all days at once do not fit into memory
with wanted as (
    select c.*
    from work_heat_cell c
    semi join (
        select * from heat_wanted where day between getvariable('span_first') and getvariable('span_last')
    ) using (day, platform, topic_id)
    where c.day between getvariable('span_first') and getvariable('span_last')
),
counted as (
    select * from mart_topic_day where day between getvariable('span_first') and getvariable('span_last')
),
indexed as (
    select * from index_now where day between getvariable('span_first') and getvariable('span_last')
),
ranked as (
    select * from rank_now where day between getvariable('span_first') - 1 and getvariable('span_last')
),
gap as (
    select day, 'all' as platform from heat_gap where build = 'now'
),
shown as (
    select day, platform, topic_id, heat_index, rank
    from mart_topic_heat_daily
    where day between getvariable('span_first') - 1 and getvariable('span_last')
)
select
    c.day, c.platform, c.topic_id, c.n_docs, a.n_authors, c.plays, c.engagement,
    ln(greatest(a.n_authors, 1)) as content_score,
    case when coalesce(c.plays, c.engagement) is not null
        then ln(1 + coalesce(c.plays, 0) + coalesce(c.engagement, 0)) end as spread_score,
    round(c.search_score::double, 6) as search_score,
    c.heat_share_bp::double as heat_share_bp,
    case when i.day is not null then i.heat_index else m.heat_index end as heat_index,
    case when r.day is not null then r.rank else m.rank end as rank,
    -- where the day before was ranked anew, only that counts: its old row may be of a topic that is gone
    -- a place among the shares of other platforms than the day before is none gained
    case when coalesce(g.day, y.day) is null then
        case when q.day is not null then p.rank else b.rank end - case when r.day is not null then r.rank else m.rank end
    end as rank_diff,
    case
        when c.n_counted < 10 or a.n_authors < 8 or c.loudest > 0.3 then 'low_support'
        when is_thin(e.coverage, null) or g.day is not null then 'low_coverage'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id, e.coverage, 8 as metric_ver
from wanted c
join counted a on a.day = c.day and a.platform = c.platform and a.topic_id = c.topic_id
join mart_exposure_day e on e.day = c.day and e.platform = c.platform
left join indexed i on i.day = c.day and i.platform = c.platform and i.topic_id = c.topic_id
left join ranked r on r.day = c.day and r.platform = c.platform and r.topic_id = c.topic_id
left join shown m on m.day = c.day and m.platform = c.platform and m.topic_id = c.topic_id
left join ranked_part q
    on q.day = c.day - 1 and q.platform = c.platform and q.topic_kind = split_part(c.topic_id, ':', 1)
left join ranked p on p.day = c.day - 1 and p.platform = c.platform and p.topic_id = c.topic_id
left join shown b on b.day = c.day - 1 and b.platform = c.platform and b.topic_id = c.topic_id
left join gap g on g.day = c.day and g.platform = c.platform
left join gap y on y.day = c.day - 1 and y.platform = c.platform
order by c.day, c.platform, c.topic_id;
