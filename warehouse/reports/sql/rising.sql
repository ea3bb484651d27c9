-- one row per rising event of the period whose own topic has a baseline, most surprising first, of a day those that stand out on it; one without is among the new ones
with tested as (
    select *
    from mart_topic_burst
    where grain = $grain and platform = 'all' and day <= $as_of::date and day > $as_of::date - $days::integer
    qualify day = max(day) over ()
),
wide as (
    select *
    from v_weekly_trend
    where week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
-- lines of a hot board have no author: where nobody is shown, the number of authors is not known
voices as (
    select topic_id, nullif(count(distinct author_key) filter (where is_ad is not true), 0) as n_authors
    from mart_topic_doc
    where day <= $as_of::date and day > $as_of::date - $days::integer
    group by topic_id
),
heat as (
    select topic_id, heat_share_bp
    from mart_topic_heat_daily
    where platform = 'all' and day = $as_of::date and status is distinct from 'low_coverage'
),
risen as (
    select
        b.*,
        -- q hears sums of two and four days too: a day within two standard deviations does not stand out by itself
        $grain = 'd' and b.x < b.mu + 2 * sqrt(b.mu + coalesce(b.dispersion, 0) * b.mu * b.mu) as is_by_sum,
        count(*) over (partition by coalesce(b.event_id, b.topic_id)) - 1 as n_merged
    from tested b
    where b.event_q_value <= 0.05 and b.level in ('signal', 'alert')
    qualify names_event(b.topic_id, b.event_id) and b.status <> 'no_baseline'
)
select
    row_number() over (order by r.is_by_sum, r.event_q_value, r.p_value, r.ratio desc, r.topic_id) as place,
    r.topic_id,
    coalesce(t.label, r.topic_id) as label,
    coalesce(t.label_en, t.label, r.topic_id) as label_en,
    t.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    p2.label as l2_label,
    coalesce(p2.label_en, p2.label) as l2_label_en,
    w.stage,
    w.age_weeks,
    w.seasonal,
    case when $grain = 'd' then h.heat_share_bp else w.heat_share_bp end as heat_share_bp,
    r.x,
    r.mu,
    r.ratio,
    r.p_value,
    r.event_q_value as q_value,
    r.is_by_sum,
    w.doubling_days,
    v.n_authors,
    r.effective_authors,
    w.n_platforms,
    w.lead_platform,
    w.top_attrs,
    r.n_merged
from risen r
left join mart_topic t on t.topic_id = r.topic_id
left join mart_topic p1 on p1.topic_id = 'interest:' || t.l1 and p1.topic_id <> r.topic_id
left join mart_topic p2 on p2.topic_id = 'interest:' || t.l2 and p2.topic_id <> r.topic_id
left join wide w on w.topic_id = r.topic_id
left join voices v on v.topic_id = r.topic_id
left join heat h on h.topic_id = r.topic_id
order by place
limit 10
