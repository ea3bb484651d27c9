-- mart_topic_opportunity: one row per topic: what people want of it against what is on sale, over the same 28 days
create or replace table mart_topic_opportunity as
with
-- sales of thirty days and of a lifetime are not added up, nor is a price in yuan held against one in dollars: the commoner count
basis as (
    select m.topic_id, o.sold_basis
    from matched m
    join offer o using (subject_id)
    where o.sold_low is not null
    group by m.topic_id, o.sold_basis
    qualify row_number() over (partition by m.topic_id order by count(distinct o.spu_id) desc, o.sold_basis) = 1
),
tender as (
    select m.topic_id, o.currency as price_currency
    from matched m
    join offer o using (subject_id)
    where is_price(o.price)
    group by m.topic_id, o.currency
    qualify row_number() over (partition by m.topic_id order by count(distinct o.spu_id) desc, o.currency) = 1
),
-- a product asks what the cheapest of its ids does that were read in the last week of its prices: an id it had before is off sale
priced_spu as (
    select topic_id, spu_id, min(price) as price
    from (
        select m.topic_id, o.spu_id, o.price, o.last_day, max(o.last_day) over (partition by m.topic_id, o.spu_id) as newest
        from matched m
        join offer o using (subject_id)
        join tender t on t.topic_id = m.topic_id and o.currency is not distinct from t.price_currency
        where is_price(o.price)
    )
    where last_day > newest - 7
    group by topic_id, spu_id
),
per_spu as (
    select
        m.topic_id, o.spu_id, any_value(o.platform) as platform, any_value(o.shop) as shop,
        bool_and(k.spu_id is null) as is_new,
        any_value(a.price) as price,
        any_value(t.price_currency) as price_currency,
        any_value(b.sold_basis) as sold_basis,
        -- of several ids of a product the most that one of them shows, as in price_band
        max(o.sold_low) filter (where o.sold_basis is not distinct from b.sold_basis) as sold_low,
        max(o.sold_high) filter (where o.sold_basis is not distinct from b.sold_basis) as sold_high,
        bool_or(o.sold_low is not null and o.sold_high is null and o.sold_basis is not distinct from b.sold_basis)
            as is_open
    from matched m
    join offer o using (subject_id)
    semi join on_sale s on s.topic_id = m.topic_id and s.spu_id = o.spu_id
    left join known_product k using (spu_id)
    left join basis b using (topic_id)
    left join tender t using (topic_id)
    left join priced_spu a on a.topic_id = m.topic_id and a.spu_id = o.spu_id
    group by m.topic_id, o.spu_id
),
shops as (
    select topic_id, shop, count(*) as n from per_spu group by all
),
concentration as (
    select topic_id, round(sum(pow(n / total, 2)), 9) as hhi_top10
    from (
        select *, sum(n) over (partition by topic_id) as total,
            row_number() over (partition by topic_id order by n desc, shop) as place
        from shops
    )
    where place <= 10
    group by topic_id
),
supply as (
    select
        topic_id,
        count(*) as spu_cnt,
        count(distinct shop) as shop_cnt,
        -- what is new is known only where the topic had been looked for before
        case when bool_or(k.was_watched) then count(*) filter (where p.is_new and k.was_watched) end as new_spu_28d,
        median(price)::double as price_p50,
        any_value(price_currency) as price_currency,
        any_value(sold_basis) as sold_basis,
        sum(sold_low)::bigint as sold_low,
        case when not bool_or(is_open) then sum(sold_high)::bigint end as sold_high
    from per_spu p
    left join looked k using (topic_id, platform)
    group by topic_id
),
searched as (
    -- two days on two platforms show no product twice
    select topic_id, max(n_days) as n_days from looked group by topic_id
),
joined as (
    select
        d.*, s.* exclude (topic_id, spu_cnt, shop_cnt, new_spu_28d),
        -- none was found is known only where it was looked for on two days; else how many there are is unknown
        case when k.n_days >= 2 then coalesce(s.spu_cnt, 0) else s.spu_cnt end as spu_cnt,
        case when k.n_days >= 2 then coalesce(s.shop_cnt, 0) else s.shop_cnt end as shop_cnt,
        case when k.n_days >= 2 and s.spu_cnt is null then 0 else s.new_spu_28d end as new_spu_28d,
        least(1.0, coalesce(k.n_days, 0) / 2) as query_coverage,
        c.hhi_top10
    from demand d
    left join supply s using (topic_id)
    left join searched k using (topic_id)
    left join concentration c using (topic_id)
),
whole as (
    -- shares are of the second levels of a first level; tags and words are measured against the same sums. Both sums are of
    -- those that were looked for: demand of all against the supply of few would call each of the few a red ocean
    select
        l1, coalesce(sum(demand_authors) filter (where spu_cnt is not null), sum(demand_authors)) as demand_authors,
        sum(spu_cnt) as spu_cnt, coalesce(nullif(count(spu_cnt), 0), count(*)) as n_interests
    from joined
    where topic_kind = 'interest'
    group by l1
),
measured as (
    select
        j.*,
        -- the 3 is added to the parts and, as often, to the whole: else few offers would look like many
        ln((j.demand_authors + 3) / (nullif(w.demand_authors, 0) + 3 * w.n_interests)) as d_log,
        ln((j.spu_cnt + 3) / (nullif(w.spu_cnt, 0) + 3 * w.n_interests)) as s_log,
        w.n_interests,
        sqrt(1 / (j.demand_authors + 3) + 1 / (j.spu_cnt + 3) + 0.15 * 0.15) as se
    from joined j
    left join whole w using (l1)
),
gapped as (
    select
        *,
        d_log - s_log as gap,
        d_log - s_log - 1.96 * se as gap_lo,
        d_log - s_log + 1.96 * se as gap_hi,
        median(d_log) over (partition by l1) as d_middle,
        median(s_log) over (partition by l1) as s_middle
    from measured
)
select
    cast(getvariable('as_of') as date) as period,
    topic_id, l1, demand_authors, intent_authors, spu_cnt, shop_cnt, new_spu_28d, d_log, s_log, gap, gap_lo, gap_hi,
    case
        when demand_authors < 30 or gap is null then null
        when gap_lo > ln(1.5) and d_log >= d_middle then 'blue_ocean'
        when gap_hi < -ln(1.5) and s_log >= s_middle then 'red_ocean'
        else 'balanced'
    end as class,
    hhi_top10, price_p50, price_currency, sold_basis, sold_low, sold_high,
    query_coverage,
    case
        when demand_authors < 30 then 'low_support'
        when gap is null or query_coverage < 1 or is_thin(coverage, null) then 'low_coverage'
        else 'ok'
    end as status,
    -- 100 is the average second-level interest of the first level; the two stand to each other as the gap says
    100 * n_interests * exp(d_log) as demand_index,
    100 * n_interests * exp(s_log) as supply_index,
    n_synonym_offers, shortage_authors, n_docs, n_authors, coverage, getvariable('run_id') as run_id, 15 as metric_ver
from gapped
cross join (
    select sum(cast(volume_coverage as decimal(18, 12)))::double / count(*) as coverage
    from exposure_week
    where platform = 'all' and week > cast(getvariable('as_of') as date) - 28
)
left join (
    select topic_id, count(*) filter (where is_synonym) as n_synonym_offers from matched group by topic_id
) using (topic_id)
order by topic_id;
