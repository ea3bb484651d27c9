-- mart_topic_heat_daily: one row per day, platform and topic of the last months: its share of all heat, and the parts of it
-- (index_now: the index of every day whose own share or one in the 90 days before is another)
create or replace temp table index_now as
with moved as (
    select coalesce(n.platform, b.platform) as platform, coalesce(n.topic_id, b.topic_id) as topic_id,
        min(coalesce(n.day, b.day)) as first_day
    from heat_now n
    full join heat_before b using (day, platform, topic_id)
    where n.heat_share_bp is distinct from b.heat_share_bp
    group by all
)
select
    c.day, c.platform, c.topic_id,
    case
        when count(*) over past >= 10
            then 100 * c.heat_share_bp::double / nullif(median(c.heat_share_bp::double) over past, 0)
    end as heat_index
from work_heat_cell c
join moved m on m.platform = c.platform and m.topic_id = c.topic_id and c.day >= m.first_day - 90
window past as (
    partition by c.platform, c.topic_id order by c.day
    range between interval 90 days preceding and interval 1 day preceding
)
qualify c.day >= m.first_day and c.day > getvariable('heat_after');

-- rank_now: the ranks of every day, platform and kind of topic in which a share came, went or moved
create or replace temp table ranked_part as
select day, platform, split_part(topic_id, ':', 1) as topic_kind from heat_now where day >= getvariable('heat_after')
union
select day, platform, split_part(topic_id, ':', 1) from heat_before where day >= getvariable('heat_after')
union
-- the day before the first is no longer shown, and the first day's change of rank needs it
select day, platform, split_part(topic_id, ':', 1) from work_heat_cell where day = getvariable('heat_after');
create or replace temp table rank_now as
select
    c.day, c.platform, c.topic_id, p.topic_kind,
    rank() over (partition by c.day, c.platform, p.topic_kind order by c.heat_share_bp desc) as rank
from work_heat_cell c
join ranked_part p
    on p.day = c.day and p.platform = c.platform and p.topic_kind = split_part(c.topic_id, ':', 1);

-- heat_row: the rows to write: new parts, another index, another rank on the day or the day before, another coverage
create or replace temp table heat_row as
with reranked as (
    select r.day, r.platform, r.topic_id
    from rank_now r
    anti join mart_topic_heat_daily m
        on m.day = r.day and m.platform = r.platform and m.topic_id = r.topic_id and m.rank = r.rank
),
wanted as (
    select day, platform, topic_id from heat_now
    union
    select day, platform, topic_id from index_now
    union
    select day, platform, topic_id from reranked
    union
    select day + 1, platform, topic_id from reranked
    union
    select day + 1, platform, topic_id from heat_before
    union
    select c.day, c.platform, c.topic_id
    from work_heat_cell c
    join mart_exposure_day n on n.day = c.day and n.platform = c.platform
    join exposure_before b on b.day = c.day and b.platform = c.platform
    where n.coverage <> b.coverage
)
select c.*
from work_heat_cell c
semi join wanted using (day, platform, topic_id)
where c.day > getvariable('heat_after');

create or replace temp table heat_written as
select
    c.day, c.platform, c.topic_id, c.n_docs, a.n_authors, c.plays, c.engagement,
    ln(greatest(a.n_authors, 1)) as content_score,
    case when c.plays + c.engagement > 0 then ln(1 + c.plays + c.engagement) end as spread_score,
    round(c.search_score::double, 6) as search_score,
    c.heat_share_bp::double as heat_share_bp,
    case when i.day is not null then i.heat_index else m.heat_index end as heat_index,
    coalesce(r.rank, m.rank) as rank,
    -- where the day before was ranked anew, only that counts: its old row may be of a topic that is gone
    case when q.day is not null then p.rank else b.rank end - coalesce(r.rank, m.rank) as rank_diff,
    case
        when c.n_docs < 10 or a.n_authors < 8 or c.loudest > 0.3 then 'low_support'
        when is_thin(e.coverage, null) then 'low_coverage'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id, e.coverage, 1 as metric_ver
from heat_row c
join mart_topic_day a on a.day = c.day and a.platform = c.platform and a.topic_id = c.topic_id
join mart_exposure_day e on e.day = c.day and e.platform = c.platform
left join index_now i on i.day = c.day and i.platform = c.platform and i.topic_id = c.topic_id
left join rank_now r on r.day = c.day and r.platform = c.platform and r.topic_id = c.topic_id
left join mart_topic_heat_daily m on m.day = c.day and m.platform = c.platform and m.topic_id = c.topic_id
left join ranked_part q
    on q.day = c.day - 1 and q.platform = c.platform and q.topic_kind = split_part(c.topic_id, ':', 1)
left join rank_now p on p.day = c.day - 1 and p.platform = c.platform and p.topic_id = c.topic_id
left join mart_topic_heat_daily b on b.day = c.day - 1 and b.platform = c.platform and b.topic_id = c.topic_id
order by c.day, c.platform, c.topic_id;

delete from mart_topic_heat_daily where day <= getvariable('heat_after');
delete from mart_topic_heat_daily m
using (
    select day, platform, topic_id from heat_before
    union
    select day, platform, topic_id from heat_written
) g
where m.day = g.day and m.platform = g.platform and m.topic_id = g.topic_id;
insert into mart_topic_heat_daily by name select * from heat_written;
