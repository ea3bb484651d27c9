-- work_heat_cell: one row per day, platform and topic of the last months and of the 90 days before: its share of all heat, and the parts of it
create or replace temp table heat_tag as
select day, platform, topic_id, coalesce(author_key, subject_id) as author, subject_kind, subject_id
from mart_topic_doc
where is_primary and day between getvariable('span_first') and getvariable('span_last') and (
    day in (select day from heat_day) or topic_id in (select topic_id from topic_move where is_entering)
);

create or replace temp table document_heat as
select
    d.subject_kind, d.subject_id, d.platform, d.day, d.best_rank, d.views,
    -- what a platform does not show is unknown, not none: it adds nothing to heat, and is no count of nought
    case when coalesce(d.likes, d.comments, d.shares, d.collects, d.danmaku) is not null
        then coalesce(d.likes, 0) + coalesce(d.comments, 0) + coalesce(d.shares, 0) + coalesce(d.collects, 0)
            + coalesce(d.danmaku, 0) end as engagement,
    -- decimals, here and below: a sum of doubles depends on the order of its rows, which differs from build to build
    cast((
        1
        + ln(1 + least(coalesce(d.likes, 0), w.likes_cap))
        + coalesce(w.comments_weight, 1) * ln(1 + least(coalesce(d.comments, 0), w.comments_cap))
        + coalesce(w.shares_weight, 1) * ln(1 + least(coalesce(d.shares, 0), w.shares_cap))
        + coalesce(w.collects_weight, 1) * ln(1 + least(coalesce(d.collects, 0), w.collects_cap))
        + coalesce(w.danmaku_weight, 1) * ln(1 + least(coalesce(d.danmaku, 0), w.danmaku_cap))
        + coalesce(w.views_weight, 1) * ln(1 + least(coalesce(d.views, 0), w.views_cap))
    ) * pow(2, -date_diff('minute', d.moment, (d.day + 1)::timestamp at time zone 'Asia/Shanghai') / 60.0 / 48.0) as decimal(18, 12)) as heat
from document d
left join mart_engagement_weight w on w.platform = d.platform and w.month = date_trunc('month', d.day)
where d.is_primary and d.day between getvariable('span_first') and getvariable('span_last') and (
    d.day in (select day from heat_day)
    or d.subject_id in (select subject_id from heat_tag where day not in (select day from heat_day))
);

insert into work_heat_day
select day, platform, sum(heat) from document_heat where day in (select day from heat_day) group by day, platform;

create or replace temp table heat_span as
with voice as (
    select
        t.day, t.platform, t.topic_id, t.author,
        count(*) as n_docs, sum(h.views) as plays, sum(h.engagement) as engagement,
        sum(cast(1 / log2(1 + h.best_rank) as decimal(18, 12))) as search_score, sum(h.heat) as heat
    from heat_tag t
    join document_heat h using (subject_kind, subject_id)
    group by t.day, t.platform, t.topic_id, t.author
),
heated as (
    select
        v.day, v.platform, v.topic_id,
        sum(v.n_docs) as n_docs, sum(v.plays) as plays, sum(v.engagement) as engagement,
        sum(v.search_score) as search_score,
        cast(1e4 * (sum(v.heat) / any_value(w.heat)) as decimal(18, 6)) as heat_share_bp,
        max(v.n_docs) as n_loudest
    from voice v
    join work_heat_day w using (day, platform)
    group by v.day, v.platform, v.topic_id
),
platforms as (
    select day, count(*) as n_platforms from heat_platform where build = 'now' group by day
)
select
    day, platform, topic_id, n_docs::bigint as n_docs, plays::bigint as plays, engagement::bigint as engagement,
    search_score, heat_share_bp, n_loudest / n_docs as loudest,
    n_docs::bigint as n_counted
from heated
union all
-- heat of different platforms is never added: `all` is the mean of the shares of those that count, 0 where a topic is absent; where it
-- has documents on none of them, nobody knows
select
    h.day, 'all', h.topic_id, sum(h.n_docs)::bigint, sum(h.plays)::bigint, sum(h.engagement)::bigint, sum(h.search_score),
    cast(sum(h.heat_share_bp) filter (where c.platform is not null) / any_value(p.n_platforms) as decimal(18, 6)),
    max(h.n_loudest) / sum(h.n_docs), coalesce(sum(h.n_docs) filter (where c.platform is not null), 0)::bigint
from heated h
join platforms p using (day)
left join heat_platform c on c.build = 'now' and c.day = h.day and c.platform = h.platform
group by h.day, h.topic_id
order by day, platform, topic_id;
