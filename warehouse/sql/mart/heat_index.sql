-- index_now: one row per day, platform and topic whose own share, one in the 90 days before or how many of those were read is another: its index
create or replace temp table read_day as
select distinct day, unnest([platform, 'all']) as platform from work_heat_day where heat > 0;

create or replace temp table index_now as
with reread as (
    select platform, min(day) as first_day
    from (
        (select day, platform from read_day where day in (select day from heat_day) except select day, platform from read_before)
        union all
        (select day, platform from read_before except select day, platform from read_day)
    )
    group by platform
),
moved as (
    select platform, topic_id, min(first_day) as first_day
    from (
        select coalesce(n.platform, b.platform) as platform, coalesce(n.topic_id, b.topic_id) as topic_id,
            coalesce(n.day, b.day) as first_day
        from heat_now n
        full join heat_before b using (day, platform, topic_id)
        where n.heat_share_bp is distinct from b.heat_share_bp
        union all
        select c.platform, c.topic_id, r.first_day
        from work_heat_cell c
        join reread r on r.platform = c.platform and c.day >= r.first_day
    )
    group by all
),
cell as (
    select c.day, c.platform, c.topic_id, c.heat_share_bp::double as share, m.first_day
    from work_heat_cell c
    join moved m on m.platform = c.platform and m.topic_id = c.topic_id and c.day >= m.first_day - 90
),
told as (
    select *, count(*) over past as n_present
    from cell
    window past as (
        partition by platform, topic_id order by day range between interval 90 days preceding and interval 1 day preceding
    )
    qualify day >= first_day and day > getvariable('heat_after')
),
before as (
    select
        day, platform, row_number() over (partition by platform order by day) as place,
        count(*) over (
            partition by platform order by day range between interval 90 days preceding and interval 1 day preceding
        ) as n_read
    from read_day
),
-- a day that was read and had none of the topic is a day with a share of 0, one whose share is not known is left out: the median
-- is more only where half of them had some
frequent as (
    select platform, topic_id, min(first_day) as first_day
    from told
    join before using (day, platform)
    where 2 * n_present >= n_read and n_read >= 10
    group by all
),
-- its shares in a row, of which each day that is told takes the median of its own 90 days: a window would take it of all the others too
line as (
    select f.platform, f.topic_id, min(r.place) as first_place, list(case when c.day is null then 0 else c.share end order by r.place) as shares
    from frequent f
    join before r on r.platform = f.platform and r.day >= f.first_day - 90
    left join cell c on c.day = r.day and c.platform = f.platform and c.topic_id = f.topic_id
    group by all
)
select
    t.day, t.platform, t.topic_id,
    case when b.n_read >= 10 then
        100 * t.share / nullif(list_median(l.shares[b.place - b.n_read - l.first_place + 1:b.place - l.first_place]), 0)
    end as heat_index
from told t
left join before b using (day, platform)
left join line l using (platform, topic_id);

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
    case when c.heat_share_bp is not null then
        rank() over (partition by c.day, c.platform, p.topic_kind order by c.heat_share_bp desc nulls last)
    end as rank
from work_heat_cell c
join ranked_part p
    on p.day = c.day and p.platform = c.platform and p.topic_kind = split_part(c.topic_id, ':', 1);

-- heat_wanted: the rows to write: new parts, another index, another rank on the day or the day before, another coverage, a
-- platform that usually counts now missed or no more;
-- some more than once, since they are only looked up
create or replace temp table heat_wanted as
with reranked as (
    select r.day, r.platform, r.topic_id
    from rank_now r
    anti join mart_topic_heat_daily m
        on m.day = r.day and m.platform = r.platform and m.topic_id = r.topic_id and m.rank is not distinct from r.rank
)
select day, platform, topic_id from heat_now
union all
select day, platform, topic_id from index_now
union all
select day, platform, topic_id from reranked
union all
select day + 1, platform, topic_id from reranked
union all
select day + 1, platform, topic_id from heat_before
union all
select c.day, c.platform, c.topic_id
from work_heat_cell c
join mart_exposure_day n on n.day = c.day and n.platform = c.platform
join exposure_before b on b.day = c.day and b.platform = c.platform
where n.coverage <> b.coverage
union all
-- what is no figure of its series is none to compare the next day with
select c.day, c.platform, c.topic_id
from work_heat_cell c
join (
    select unnest([day, day + 1]) as day
    from (select day from heat_gap group by day having count(*) = 1)
) g using (day)
where c.platform = 'all';

create or replace temp table heat_written (
    day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint, plays bigint, engagement bigint,
    content_score double, spread_score double, search_score double, heat_share_bp double, heat_index double,
    rank bigint, rank_diff bigint, status varchar, run_id varchar, coverage double, metric_ver integer
);
