-- mart_topic_heat_daily: one row per day, platform and topic of the last months: its share of all heat, and the parts of it
create or replace temp table document_heat as
select
    d.subject_kind, d.subject_id, d.platform, d.day, d.best_rank, d.views,
    d.likes + d.comments + d.shares + d.collects + d.danmaku as engagement,
    -- decimals, here and below: a sum of doubles depends on the order of its rows, which differs from build to build
    cast((
        1
        + ln(1 + least(d.likes, w.likes_cap))
        + coalesce(w.comments_weight, 1) * ln(1 + least(d.comments, w.comments_cap))
        + coalesce(w.shares_weight, 1) * ln(1 + least(d.shares, w.shares_cap))
        + coalesce(w.collects_weight, 1) * ln(1 + least(d.collects, w.collects_cap))
        + coalesce(w.danmaku_weight, 1) * ln(1 + least(d.danmaku, w.danmaku_cap))
        + coalesce(w.views_weight, 1) * ln(1 + least(d.views, w.views_cap))
    ) * pow(2, -date_diff('minute', d.moment, (d.day + 1)::timestamp at time zone 'Asia/Shanghai') / 60.0 / 48.0) as decimal(18, 12)) as heat
from document d
left join mart_engagement_weight w on w.platform = d.platform and w.month = date_trunc('month', d.day)
where d.is_primary and d.day > cast(getvariable('as_of') as date) - getvariable('heat_days');

create or replace table mart_topic_heat_daily as
with whole as (
    select day, platform, sum(heat) as heat from document_heat group by day, platform
),
platforms as (
    select day, count(*) as n_platforms from whole where heat > 0 group by day
),
voices as (
    select t.day, t.platform, t.topic_id, coalesce(t.author_key, t.subject_id) as author, count(*) as n
    from mart_topic_doc t
    where t.is_primary and t.day > cast(getvariable('as_of') as date) - getvariable('heat_days')
    group by all
),
loudest as (
    select day, platform, topic_id, max(n) / sum(n) as share from voices group by all
),
heated as (
    select
        h.day, h.platform, t.topic_id,
        count(*) as n_docs,
        sum(h.views) as plays,
        sum(h.engagement) as engagement,
        sum(cast(1 / log2(1 + h.best_rank) as decimal(18, 12))) as search_score,
        cast(1e4 * (sum(h.heat) / any_value(w.heat)) as decimal(18, 6)) as heat_share_bp
    from mart_topic_doc t
    join document_heat h using (subject_kind, subject_id)
    join whole w on w.day = h.day and w.platform = h.platform
    group by h.day, h.platform, t.topic_id
),
pooled as (
    select * from heated
    union all
    -- heat of different platforms is never added: `all` is the mean of their shares, 0 where a topic is absent
    select
        h.day, 'all', h.topic_id, sum(h.n_docs), sum(h.plays), sum(h.engagement), sum(h.search_score),
        cast(sum(h.heat_share_bp) / any_value(p.n_platforms) as decimal(18, 6))
    from heated h
    join platforms p using (day)
    group by h.day, h.topic_id
),
indexed as (
    select
        p.*,
        d.n_authors,
        ln(greatest(d.n_authors, 1)) as content_score,
        case when p.plays + p.engagement > 0 then ln(1 + p.plays + p.engagement) end as spread_score,
        case
            when count(*) over past >= 10 then 100 * p.heat_share_bp::double / nullif(median(p.heat_share_bp::double) over past, 0)
        end as heat_index,
        rank() over (
            partition by p.day, p.platform, split_part(p.topic_id, ':', 1) order by p.heat_share_bp desc
        ) as rank,
        e.coverage,
        coalesce(l.share, 0) as loudest
    from pooled p
    join mart_topic_day d on d.day = p.day and d.platform = p.platform and d.topic_id = p.topic_id
    join mart_exposure_day e on e.day = p.day and e.platform = p.platform
    left join loudest l on l.day = p.day and l.platform = p.platform and l.topic_id = p.topic_id
    window past as (
        partition by p.platform, p.topic_id order by p.day
        range between interval 90 days preceding and interval 1 day preceding
    )
)
select
    day, platform, topic_id, n_docs, n_authors, plays::bigint as plays, engagement::bigint as engagement,
    content_score, spread_score, round(search_score::double, 6) as search_score,
    heat_share_bp::double as heat_share_bp, heat_index, rank,
    case
        when lag(day) over own = day - 1 then lag(rank) over own - rank
    end as rank_diff,
    case
        when n_docs < 10 or n_authors < 8 or loudest > 0.3 then 'low_support'
        when coverage < 0.8 then 'low_coverage'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id
from indexed
window own as (partition by platform, topic_id order by day)
order by day, platform, topic_id;
drop table document_heat;
