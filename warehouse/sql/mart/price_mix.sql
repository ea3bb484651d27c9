-- price_mix: one row per week, second-level interest and unit that earlier weeks are compared with: how much of the platforms' shares of the
-- products is the same; where one of them is read more deeply, the prices of all move though those of none do
create or replace temp table price_mix as
with shared as (
    select
        week, l2, unit, platform,
        cast(count(*) / sum(count(*)) over (partition by week, l2, unit) as decimal(18, 15)) as share
    from product_price
    where platform <> 'all'
    group by week, l2, unit, platform
),
-- what has too few products is compared with nothing
supported as (
    select week, l2, unit
    from product_price
    where platform = 'all'
    group by week, l2, unit
    having count(*) >= 30 and count(distinct shop) >= 10
),
compared as (
    select n.week, b.week as week_before, n.l2, n.unit
    from supported n
    join supported b on b.l2 = n.l2 and b.unit = n.unit and b.week between n.week - 28 and n.week - 7
),
met as (
    select c.week, c.week_before, c.l2, c.unit, sum(least(s.share, coalesce(b.share, 0))) as overlap
    from compared c
    join shared s using (week, l2, unit)
    left join shared b on b.week = c.week_before and b.l2 = c.l2 and b.unit = c.unit and b.platform = s.platform
    group by all
)
-- each of the four weeks before, as each is compared with
select week, l2, unit, min(overlap)::double as mix_coverage
from met
group by week, l2, unit;
