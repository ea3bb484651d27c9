-- mart_opportunity_call: one row per topic and week in which its gap was known: what was said of it; rows are added, never changed
create table if not exists mart_opportunity_call (
    period date, topic_id varchar, l1 varchar, class varchar, gap double, demand_authors bigint, spu_cnt bigint, run_id varchar
);
alter table mart_opportunity_call add column if not exists metric_ver integer;
insert into mart_opportunity_call by name
select o.period, o.topic_id, o.l1, o.class, o.gap, o.demand_authors, o.spu_cnt, o.run_id, o.metric_ver
from mart_topic_opportunity o
where o.status = 'ok'
    and not exists (
        select 1 from mart_opportunity_call c
        where c.topic_id = o.topic_id and abs(date_diff('day', c.period, o.period)) < 7
    )
order by o.topic_id;

-- mart_opportunity_score: one row per blue-ocean call and later week: how its products grew against those of like topics
create or replace table mart_opportunity_score as
with later as (
    select
        c.*, n.period as checked_on, (n.period - c.period) // 7 as weeks, n.spu_cnt as spu_now,
        ln((n.spu_cnt + 3) / (c.spu_cnt + 3)) as growth
    from mart_opportunity_call c
    join mart_opportunity_call n on n.topic_id = c.topic_id and n.period - c.period between 7 and 62
),
-- up to three topics of the same first level, called balanced in the same week, with about as many products
paired as (
    select
        b.topic_id, b.period, b.checked_on, b.weeks, b.spu_cnt, b.spu_now, b.growth, k.growth as control_growth
    from later b
    join later k
        on k.l1 = b.l1 and k.period = b.period and k.checked_on = b.checked_on and k.topic_id <> b.topic_id
        and k.class = 'balanced' and abs(ln((k.spu_cnt + 3) / (b.spu_cnt + 3))) <= ln(2)
    where b.class = 'blue_ocean'
    qualify row_number() over (
        partition by b.topic_id, b.period, b.checked_on
        order by abs(ln((k.spu_cnt + 3) / (b.spu_cnt + 3))), k.topic_id
    ) <= 3
)
select
    period, topic_id, checked_on, weeks, spu_cnt as spu_called, spu_now, growth,
    mean_of(control_growth) as control_growth, count(*) as n_controls, growth - mean_of(control_growth) as difference
from paired
group by period, topic_id, checked_on, weeks, spu_cnt, spu_now, growth
order by period, topic_id, checked_on;
