-- one row: the topic and its last seven days against what was expected of them
with tested as (
    select *
    from mart_topic_burst
    where grain = 'w' and platform = 'all' and topic_id = $subject and day <= $as_of::date and day > $as_of::date - 7
    qualify day = max(day) over ()
),
wide as (
    select *
    from v_weekly_trend
    where topic_id = $subject and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
seen as (
    select
        nullif(count(distinct subject_id) filter (where is_primary), 0) as n_docs,
        nullif(count(distinct author_key) filter (where is_ad is not true), 0) as n_authors,
        nullif(count(distinct platform), 0) as n_platforms
    from mart_topic_doc
    where topic_id = $subject and day <= $as_of::date and day > $as_of::date - 7
)
select
    t.topic_id,
    t.label,
    coalesce(t.label_en, t.label) as label_en,
    t.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    p2.label as l2_label,
    coalesce(p2.label_en, p2.label) as l2_label_en,
    t.first_day,
    $as_of::date - 6 as week_start,
    $as_of::date as last_day,
    s.n_docs,
    s.n_authors,
    s.n_platforms,
    b.x,
    -- a topic too young for a baseline has no multiple
    m.mu,
    m.ratio,
    m.event_q_value as q_value,
    b.level,
    b.m_tested,
    b.effective_authors,
    b.loudest_share,
    b.status,
    -- of an earlier week the marts keep what came near significance, of the newest every topic tested
    b.q_value is null and coalesce(
        (select max(day) from mart_topic_burst where grain = 'w' and platform = 'all') > $as_of::date, false
    ) as is_not_kept,
    -- the map of demand and supply is kept of the newest period alone
    exists (from mart_topic_opportunity where period > $as_of::date) as is_map_replaced,
    w.stage,
    w.age_weeks,
    w.seasonal,
    w.peak_week,
    w.heat_share_bp,
    w.doubling_days,
    w.lead_platform,
    w.top_attrs
from mart_topic t
cross join seen s
left join tested b on b.topic_id = t.topic_id
left join tested m on m.status <> 'no_baseline'
left join wide w on w.topic_id = t.topic_id
left join mart_topic p1 on p1.topic_id = 'interest:' || t.l1 and p1.topic_id <> t.topic_id
left join mart_topic p2 on p2.topic_id = 'interest:' || t.l2 and p2.topic_id <> t.topic_id
where t.topic_id = $subject
