-- one row per event of the day or week asked for, told by the topic that it is named by, ordered as asked
with tested as (
    select *
    from mart_topic_burst
    where grain = $grain and platform = $platform and day <= $day::date and day > $day::date - 7
    qualify day = max(day) over ()
),
named as (
    select *, count(*) over (partition by coalesce(event_id, topic_id)) as n_merged
    from tested
    qualify names_event(topic_id, event_id)
),
wide as (
    select *
    from v_weekly_trend
    where week <= $day::date and week > $day::date - 14
    qualify week = max(week) over ()
),
-- of a week over all platforms the week's mean share, as in the report; else the day's
heat as (
    select topic_id, heat_share_bp from wide where $grain = 'w' and $platform = 'all'
    union all
    select topic_id, heat_share_bp
    from mart_topic_heat_daily
    where ($grain <> 'w' or $platform <> 'all') and platform = $platform and day = (select max(day) from tested)
        and status is distinct from 'low_coverage'
),
risen as (
    select
        b.*,
        t.label,
        coalesce(t.label_en, t.label) as label_en,
        t.topic_kind,
        t.l1,
        t.l2
    from named b
    join mart_topic t on t.topic_id = b.topic_id
    where ($level = 'all'
            or ($level = 'hint' and b.level <> 'none')
            or ($level = 'signal' and b.level in ('signal', 'alert'))
            or ($level = 'alert' and b.level = 'alert'))
        and ($interest is null or t.l1 = $interest)
        and ($kind is null or t.topic_kind = $kind)
),
-- lines of a hot board have no author: where nobody is shown, the number of authors is not known
voices as (
    select topic_id, nullif(count(distinct author_key) filter (where is_ad is not true), 0) as n_authors
    from mart_topic_doc, (select max(day) as last_day from tested)
    where day <= last_day and day > last_day - case when $grain = 'w' then 7 else 1 end
        -- said again for the scan: it skips what the join would throw away
        and day <= $day::date and day > $day::date - 13
        and ($platform = 'all' or platform = $platform) and topic_id in (select topic_id from risen)
    group by topic_id
)
select
    r.topic_id,
    r.label,
    r.label_en,
    r.topic_kind,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    p2.label as l2_label,
    coalesce(p2.label_en, p2.label) as l2_label_en,
    r.x,
    case when r.status <> 'no_baseline' then r.mu end as mu,
    case when r.status <> 'no_baseline' then r.ratio end as ratio,
    case when r.status <> 'no_baseline' then r.event_q_value end as q_value,
    r.level,
    r.m_tested,
    nullif(r.n_merged - 1, 0) as n_merged,
    w.stage,
    w.seasonal,
    w.age_weeks,
    h.heat_share_bp,
    w.doubling_days,
    v.n_authors,
    r.effective_authors,
    w.lead_platform,
    w.nsr_comment as nsr_polar,
    w.gap_class as class,
    w.top_attrs,
    r.status,
    r.day,
    count(*) over () as n_found
from risen r
left join wide w on w.topic_id = r.topic_id
left join heat h on h.topic_id = r.topic_id
left join voices v on v.topic_id = r.topic_id
left join mart_topic p1 on p1.topic_id = 'interest:' || r.l1 and p1.topic_id <> r.topic_id
left join mart_topic p2 on p2.topic_id = 'interest:' || r.l2 and p2.topic_id <> r.topic_id
order by
    case $sort when 'q' then r.event_q_value end,
    case $sort when 'ratio' then case when r.status <> 'no_baseline' then r.ratio end when 'x' then r.x
        when 'heat' then h.heat_share_bp when 'authors' then v.n_authors end desc nulls last,
    case $sort when 'name' then r.label end,
    r.event_q_value, r.p_value, r.ratio desc, r.topic_id
limit $limit offset $offset
