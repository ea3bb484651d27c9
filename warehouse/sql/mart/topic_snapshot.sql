-- mart_post_snapshot: one row per post and age (24 and 72 hours): its counts at that age, read then or between two readings
-- where an age lies between two readings: counts grow evenly over the logarithm of age; one within a tenth of the age stands for it
create or replace temp macro part_between(earlier, later, age) as case
    when earlier = later then 0
    when earlier is not null and later is not null then ln(age / earlier) / ln(later / earlier)
    when earlier >= 0.9 * age then 0
    when later <= 1.1 * age then 1
end;
create or replace table mart_post_snapshot as
with young as (
    select subject_id, platform, post_id, published_at, shanghai_day(published_at) as day
    from core_posts
    where kind <> 'comment' and published_precision is distinct from 'day'
        and shanghai_day(published_at) > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
        and shanghai_day(published_at) <= cast(getvariable('as_of') as date)
),
reading as (
    select
        y.subject_id, y.platform, y.day, epoch(r.captured_at - y.published_at) / 3600 as age,
        -- read twice at one moment, the larger count stands
        max(r.views) as views,
        max(case when coalesce(r.likes, r.comments, r.shares, r.collects, r.danmaku) is not null
            then coalesce(r.likes, 0) + coalesce(r.comments, 0) + coalesce(r.shares, 0)
                + coalesce(r.collects, 0) + coalesce(r.danmaku, 0) end) as engagement
    from young y
    join raw_posts r on r.platform = y.platform and r.post_id = y.post_id
    where r.captured_at >= y.published_at + interval 12 hour and r.captured_at <= y.published_at + interval 144 hour
        and shanghai_day(r.captured_at) <= cast(getvariable('as_of') as date)
    group by y.subject_id, y.platform, y.day, age
),
-- a reading that does not show a count says nothing of it: each count stands between those that show it
bracket as (
    select
        r.subject_id, r.platform, r.day, a.age_h,
        max(r.age) filter (where r.age <= a.age_h and r.views is not null) as views_from,
        min(r.age) filter (where r.age >= a.age_h and r.views is not null) as views_to,
        arg_max(r.views, r.age) filter (where r.age <= a.age_h) as views_before,
        arg_min(r.views, r.age) filter (where r.age >= a.age_h) as views_after,
        max(r.age) filter (where r.age <= a.age_h and r.engagement is not null) as engagement_from,
        min(r.age) filter (where r.age >= a.age_h and r.engagement is not null) as engagement_to,
        arg_max(r.engagement, r.age) filter (where r.age <= a.age_h) as engagement_before,
        arg_min(r.engagement, r.age) filter (where r.age >= a.age_h) as engagement_after
    from reading r
    cross join (values (24), (72)) a(age_h)
    where r.age between a.age_h / 2 and a.age_h * 2
    group by r.subject_id, r.platform, r.day, a.age_h
)
select
    day, platform, subject_id, age_h,
    count_between(views_before, views_after, part_between(views_from, views_to, age_h)) as views,
    count_between(engagement_before, engagement_after, part_between(engagement_from, engagement_to, age_h)) as engagement,
    case when coalesce(engagement_from, engagement_to) is null then views_from else engagement_from end as age_before,
    case when coalesce(engagement_from, engagement_to) is null then views_to else engagement_to end as age_after
from bracket
where part_between(views_from, views_to, age_h) is not null or part_between(engagement_from, engagement_to, age_h) is not null
order by day, platform, subject_id, age_h;

-- mart_topic_snapshot: one row per week, platform, topic and age: engagement of its posts against the platform's, all at that age
create or replace table mart_topic_snapshot as
with usual as (
    select
        subject_id, platform, age_h, week_of(day) as week, ln(1 + engagement) as level,
        -- decimals, here and below, since a sum of doubles depends on the order of its rows
        sum(cast(ln(1 + engagement) as decimal(18, 12))) over same::double / count(*) over same as platform_level,
        count(*) over same as n_platform
    from mart_post_snapshot
    -- of primary posts, as the topic's own side: an advert or a copy is no measure of what posts get
    semi join (
        select subject_id from work_document
        where subject_kind = 'post' and is_primary and day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
    ) using (subject_id)
    where engagement is not null
    window same as (partition by week_of(day), platform, age_h)
),
post as (
    select week, platform, subject_id, age_h, cast(level - platform_level as decimal(18, 12)) as above
    from usual
    where n_platform >= 20
),
pooled as (
    select
        p.week, coalesce(p.platform, 'all') as platform, d.topic_id, p.age_h,
        count(*) as n_posts, count(distinct coalesce(d.author_key, d.subject_id)) as n_authors,
        sum(p.above)::double as total, sum(cast(p.above * p.above as decimal(38, 12)))::double as squares
    from post p
    join mart_topic_doc d on d.subject_kind = 'post' and d.subject_id = p.subject_id
    where d.is_primary
    group by grouping sets ((p.week, p.platform, d.topic_id, p.age_h), (p.week, d.topic_id, p.age_h))
),
measured as (
    select
        *, total / n_posts as above,
        1.96 * sqrt(greatest(squares - total * total / n_posts, 0) / nullif(n_posts - 1, 0) / n_posts) as half
    from pooled
)
select
    week, platform, topic_id, age_h, n_posts, n_authors,
    exp(above) as lift, exp(above - half) as lift_lo, exp(above + half) as lift_hi,
    case when n_posts < 10 or n_authors < 8 then 'low_support' else 'ok' end as status,
    getvariable('run_id') as run_id, 4 as metric_ver
from measured
order by week, platform, topic_id, age_h;
