-- mart_engagement_weight: one row per month and platform: what each count weighs in heat and where it is capped, from 28 days settled before the month
-- a play is cheaper than a like: a count weighs as many likes as it is rarer than they are, within limits; where most posts have none it is
-- as rare as can be told, and where none shows it, or no likes, it weighs what a like does
create or replace temp macro weigh(likes, typical) as case
    when likes > 0 and typical is not null then least(4, greatest(0.5, coalesce(likes / nullif(typical, 0), 4)))
    else 1
end;
create or replace temp table weight_before as select * from mart_engagement_weight;
create or replace table mart_engagement_weight as
with settled as (
    select * from document where subject_kind = 'post' and is_primary
),
daily as (
    select platform, day, count(*) as n from settled group by all
),
month as (
    select distinct cast(date_trunc('month', day) as date) as month, platform
    from daily
    where day > getvariable('cells_after')
),
-- counts of posts a week old hardly move, so that the weights of a month stay as it began; a platform that was not
-- read before the month takes those of its first 28 days
span as (
    select
        m.month, m.platform,
        case when coalesce(sum(d.n), 0) >= 30 then m.month - 35 else any_value(f.first_day) end as first_day,
        case when coalesce(sum(d.n), 0) >= 30 then m.month - 7 else any_value(f.first_day) + 28 end as past_day
    from month m
    join (select platform, min(day) as first_day from daily group by platform) f using (platform)
    left join daily d on d.platform = m.platform and d.day >= m.month - 35 and d.day < m.month - 7
    group by m.month, m.platform
),
typical as (
    select
        s.month, s.platform, s.first_day, count(*) as n_docs,
        median(ln(1 + likes)) as likes, median(ln(1 + comments)) as comments, median(ln(1 + shares)) as shares,
        median(ln(1 + collects)) as collects, median(ln(1 + danmaku)) as danmaku, median(ln(1 + views)) as views,
        quantile_cont(likes, 0.99) as likes_cap, quantile_cont(comments, 0.99) as comments_cap,
        quantile_cont(shares, 0.99) as shares_cap, quantile_cont(collects, 0.99) as collects_cap,
        quantile_cont(danmaku, 0.99) as danmaku_cap, quantile_cont(views, 0.99) as views_cap
    from span s
    join settled d on d.platform = s.platform and d.day >= s.first_day and d.day < s.past_day
    group by s.month, s.platform, s.first_day
)
select
    month, platform, first_day, n_docs,
    weigh(likes, comments) as comments_weight,
    weigh(likes, shares) as shares_weight,
    weigh(likes, collects) as collects_weight,
    weigh(likes, danmaku) as danmaku_weight,
    weigh(likes, views) as views_weight,
    likes_cap, comments_cap, shares_cap, collects_cap, danmaku_cap, views_cap
from typical
order by month, platform;
