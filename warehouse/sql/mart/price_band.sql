-- mart_price_band: one row per week, platform, second-level interest and band: offers and shops in it, with price quantiles
create or replace temp table priced as
with observed as (
    select
        week_of(shanghai_day(captured_at)) as week, platform, listing_id, shop, title, price, currency, sold_low, sold_high,
        row_number() over (
            partition by platform, listing_id, week_of(shanghai_day(captured_at)) order by captured_at desc, run_id desc
        ) as newest
    from raw_listings
    where shanghai_day(captured_at) between
        cast(getvariable('as_of') as date) - 7 * getvariable('weeks') + 1 and cast(getvariable('as_of') as date)
),
product as (
    select
        week, platform, currency, coalesce(shop, platform || ':' || listing_id) as shop,
        md5(concat_ws(chr(31), platform, coalesce(shop, ''), normalise_title(title))) as spu_id,
        platform || ':' || listing_id as subject_id, price, sold_low, sold_high
    from observed
    -- deposits and one-cent lures are no prices
    where newest = 1 and price > 1
)
select
    p.week, p.platform, a.label as l2, p.currency || '/件' as unit, p.spu_id,
    any_value(p.shop) as shop, min(p.price)::double as price,
    max(p.sold_low) as sold_low, case when count(p.sold_high) = count(*) then max(p.sold_high) end as sold_high
from product p
join core_annotations a on a.subject_kind = 'listing' and a.subject_id = p.subject_id
where a.tagger = 'interests' and contains(a.label, '.')
group by p.week, p.platform, a.label, p.currency, p.spu_id;

-- edges are frozen the first time an interest has enough prices, so that weeks compare
create table if not exists mart_price_edge (l2 varchar, unit varchar, edges double[], frozen_on date);
insert into mart_price_edge
select
    l2, unit,
    list_transform([0.2, 0.4, 0.6, 0.8], lambda q: round(exp(ln_low + q * (ln_high - ln_low)), 2)),
    cast(getvariable('as_of') as date)
from (
    select
        l2, unit, quantile_cont(ln(price), 0.02) as ln_low, quantile_cont(ln(price), 0.98) as ln_high,
        count(distinct spu_id) as n_spu
    from priced
    group by all
)
where n_spu >= 30 and ln_high > ln_low
    and not exists (select 1 from mart_price_edge e where e.l2 = l2 and e.unit = unit);

create or replace table mart_price_band as
with each_platform as (
    select week, platform, l2, unit, spu_id, shop, price, sold_low, sold_high from priced
    union all
    select week, 'all', l2, unit, spu_id, shop, price, sold_low, sold_high from priced
),
spread as (
    select
        week, platform, l2, unit, count(*) as n_spu, count(distinct shop) as n_shops,
        sum(sold_low) as sold_low, case when count(sold_high) = count(sold_low) then sum(sold_high) end as sold_high,
        quantile_cont(price, 0.10) as p10, quantile_cont(price, 0.25) as p25, quantile_cont(price, 0.50) as p50,
        quantile_cont(price, 0.75) as p75, quantile_cont(price, 0.90) as p90
    from each_platform
    group by all
),
banded as (
    select
        x.*, e.edges,
        case when e.edges is null then 1 else 1 + len(list_filter(e.edges, lambda edge: edge <= x.price)) end as band_no
    from each_platform x
    left join mart_price_edge e using (l2, unit)
),
counted as (
    select
        week, platform, l2, unit, band_no, any_value(edges) as edges, count(*) as spu_cnt,
        count(distinct shop) as shop_cnt, sum(sold_low) as sold_low,
        case when count(sold_high) = count(sold_low) then sum(sold_high) end as sold_high
    from banded
    group by all
)
select
    c.week, c.platform, c.l2, 'interest:' || c.l2 as topic_id, c.band_no,
    case when c.band_no = 1 then 0.0 else c.edges[c.band_no - 1] end as lo,
    c.edges[c.band_no] as hi,
    c.spu_cnt, c.shop_cnt, c.spu_cnt / s.n_spu as spu_share,
    c.sold_low / nullif(coalesce(s.sold_high, s.sold_low), 0) as sold_share_low,
    case when c.sold_high is not null and s.sold_low > 0 then least(1.0, c.sold_high / s.sold_low) end as sold_share_high,
    s.p10, s.p25, s.p50, s.p75, s.p90, c.unit,
    case when s.n_spu < 30 or s.n_shops < 10 then 'low_support' else 'ok' end as status
from counted c
join spread s using (week, platform, l2, unit)
order by c.week, c.platform, c.l2, c.unit, c.band_no;
drop table priced;
