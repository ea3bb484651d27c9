-- one row per topic with demand and supply both known: their gap with its interval, widest gap first
with latest as (
    select o.*
    from mart_topic_opportunity o
    join mart_topic t on t.topic_id = o.topic_id
    -- a word, and a cluster named like a tag or an interest, repeats what that says
    where period <= $as_of::date and period > $as_of::date - 14 and t.topic_kind <> 'word'
        and not (t.topic_kind = 'cluster' and exists (
            select 1
            from mart_topic n
            join mart_topic_opportunity p using (topic_id)
            where p.period = o.period and n.topic_kind in ('tag', 'interest')
                and (contains(lower(n.label), lower(t.label)) or contains(lower(t.label), lower(n.label)))
        ))
        -- and an interest repeats a tag of its own that all its authors and all its offers have
        and not (t.topic_kind = 'interest' and exists (
            select 1
            from mart_topic n
            join mart_topic_opportunity p using (topic_id)
            where p.period = o.period and n.topic_kind = 'tag' and 'interest:' || n.l2 = o.topic_id
                and (p.demand_authors, p.intent_authors, p.spu_cnt, p.shop_cnt)
                    = (o.demand_authors, o.intent_authors, o.spu_cnt, o.shop_cnt)
        ))
    qualify period = max(period) over ()
),
known as (
    select
        *,
        gap_lo > ln(1.5) or gap_hi < -ln(1.5) as is_significant
    from latest
    where status = 'ok' and d_log is not null and s_log is not null and ($interest::varchar is null or l1 = $interest)
    qualify row_number() over (order by (gap_lo > ln(1.5) or gap_hi < -ln(1.5)) desc, demand_authors desc, topic_id) <= 60
),
mood as (
    select topic_id, nsr as nsr_polar, source, nullif(window_days, 7) as window_days, sens is null as is_uncalibrated
    from mart_topic_sentiment
    where platform = 'all' and brand_id is null and status in ('ok', 'uncalibrated')
        and week <= $as_of::date and week > $as_of::date - 14
    qualify row_number() over (partition by topic_id order by week desc, (source = 'comment') desc, source) = 1
)
select
    k.topic_id,
    coalesce(t.label, k.topic_id) as label,
    coalesce(t.label_en, t.label, k.topic_id) as label_en,
    p1.label as l1_label,
    coalesce(p1.label_en, p1.label) as l1_label_en,
    case
        when k.class in ('blue_ocean', 'red_ocean') then k.class
        when k.gap_lo > ln(1.5) then 'niche_gap'
        when k.gap_hi < -ln(1.5) then 'weak_demand'
        else 'balanced'
    end as class,
    k.demand_index,
    k.supply_index,
    exp(k.gap) as gap_ratio,
    exp(k.gap_lo) as gap_ratio_lo,
    exp(k.gap_hi) as gap_ratio_hi,
    k.is_significant,
    k.demand_authors,
    k.intent_authors,
    -- where a whole first level shows hardly any intent, all authors of its topics stand in for demand
    nullif(k.demand_authors, k.intent_authors) as stand_in_authors,
    k.spu_cnt,
    k.shop_cnt,
    k.new_spu_28d,
    k.hhi_top10,
    k.shortage_authors,
    m.nsr_polar,
    m.window_days,
    m.is_uncalibrated,
    cast(k.price_p50 as decimal(18, 2)) as price_p50,
    k.price_currency as unit,
    k.period - 27 as week_start,
    k.period as last_day
from known k
left join mart_topic t on t.topic_id = k.topic_id
left join mart_topic p1 on p1.topic_id = 'interest:' || k.l1 and p1.topic_id <> k.topic_id
left join mood m on m.topic_id = k.topic_id
order by k.gap_lo desc, k.topic_id
