-- one row: a topic, its newest weekly test over all platforms, and what else is known of that week
with tested as (
    select *
    from mart_topic_burst
    where topic_id = $topic and grain = 'w' and platform = 'all' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
wide as (
    select *
    from v_weekly_trend
    where topic_id = $topic and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
heat as (
    select heat_share_bp, heat_index, rank as heat_rank, rank_diff
    from mart_topic_heat_daily
    where topic_id = $topic and platform = 'all' and status is distinct from 'low_coverage' and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
gap as (
    select gap, gap_lo, gap_hi, spu_cnt, shop_cnt, intent_authors, demand_authors,
        price_p50, price_currency
    from mart_topic_opportunity
    where topic_id = $topic and period <= $as_of::date and period > $as_of::date - 14 and status = 'ok'
    qualify period = max(period) over ()
)
select
    t.topic_id,
    t.label,
    coalesce(t.label_en, t.label) as label_en,
    t.topic_kind,
    t.l1,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    p2.label as l2_label,
    coalesce(p2.label_en, p2.label) as l2_label_en,
    t.n_docs,
    t.first_day,
    b.day,
    b.x,
    case when b.status <> 'no_baseline' then b.mu end as mu,
    case when b.status <> 'no_baseline' then b.ratio end as ratio,
    case when b.status <> 'no_baseline' then b.event_q_value end as q_value,
    b.level,
    b.m_tested,
    b.event_id,
    b.loudest_share,
    w.stage,
    w.direction,
    w.age_weeks,
    w.seasonal,
    w.peak_week,
    w.doubling_days,
    -- lines of a hot board have no author: where nobody is shown, the number of authors is not known
    (select nullif(count(distinct author_key) filter (where is_ad is not true), 0) from mart_topic_doc
     where topic_id = $topic and day <= w.week and day > w.week - 7) as n_authors,
    w.lead_platform,
    w.nsr_comment,
    w.nsr_lo,
    w.nsr_hi,
    (select any_value(sens is null) from mart_topic_sentiment
     where topic_id = $topic and brand_id is null and platform = 'all' and source = 'comment' and week = w.week
        and status in ('ok', 'uncalibrated'))
        as is_uncalibrated,
    w.top_attrs,
    h.heat_share_bp,
    h.heat_index,
    h.heat_rank,
    h.rank_diff,
    exp(g.gap) as gap_ratio,
    exp(g.gap_lo) as gap_ratio_lo,
    exp(g.gap_hi) as gap_ratio_hi,
    g.intent_authors,
    g.demand_authors,
    g.spu_cnt,
    g.shop_cnt,
    coalesce(g.price_p50, w.price_p50) as price_p50,
    -- the week's view has prices in yuan only
    case when g.price_p50 is not null then g.price_currency end as unit,
    b.status
from mart_topic t
left join tested b on true
left join wide w on true
left join heat h on true
left join gap g on true
left join mart_topic p1 on p1.topic_id = 'interest:' || t.l1 and p1.topic_id <> t.topic_id
left join mart_topic p2 on p2.topic_id = 'interest:' || t.l2 and p2.topic_id <> t.topic_id
where t.topic_id = $topic
