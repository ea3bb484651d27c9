-- mart_price_band: one row per week, platform, second-level interest, unit and band: products, shops, sales and talk in it, with price quantiles
create or replace table mart_price_band as
with spread as (
    select
        week, platform, l2, unit, count(*) as n_spu, count(distinct shop) as n_shops,
        quantile_cont(price, 0.10) as p10, quantile_cont(price, 0.25) as p25, quantile_cont(price, 0.50) as p50,
        quantile_cont(price, 0.75) as p75, quantile_cont(price, 0.90) as p90
    from product_price
    group by all
),
edged as (
    select s.*, e.edges from spread s left join mart_price_edge e using (l2, unit)
),
counted as (
    select
        week, platform, l2, unit, band_of(x.price, s.edges) as band_no,
        count(*) as spu_cnt, count(distinct x.shop) as shop_cnt
    from product_price x
    join edged s using (week, platform, l2, unit)
    group by all
),
sold as (
    select
        week, platform, l2, unit, band_of(x.price, s.edges) as band_no,
        sum(x.sold_low) as sold_low, sum(x.sold_high) as sold_high
    from product_sales x
    join edged s using (week, platform, l2, unit)
    group by all
),
sold_share as (
    select
        week, platform, l2, unit, band_no,
        sold_low / nullif(sold_low + sum(sold_high) over kind - sold_high, 0) as low,
        sold_high / nullif(sold_high + sum(sold_low) over kind - sold_low, 0) as high
    from sold
    window kind as (partition by week, platform, l2, unit)
),
-- 平替 speaks for the lowest band, 贵妇 for the highest, 百元内 for the one that holds the hundred
spoken as (
    select week_of(v.day) as week, unnest(['all', v.platform]) as platform, v.topic_id, v.author, a.label
    from topic_voice v
    join core_annotations a
        on a.subject_kind = 'post' and a.subject_id = v.subject_id and a.tagger = 'price_words'
        and (a.label in ('budget', 'premium') or a.label like 'below:%')
),
placed as (
    select
        s.week, s.platform, e.l2, e.unit, s.author,
        case s.label when 'budget' then 1 when 'premium' then 5
            else band_of(split_part(s.label, ':', 2)::double - 0.01, e.edges) end as band_no
    from spoken s
    join mart_price_edge e on s.topic_id = 'interest:' || e.l2 and e.unit = 'CNY/件'
),
voiced as (
    select week, platform, l2, unit, count(distinct author) as n_voices from placed group by all
),
mention as (
    select week, platform, l2, unit, band_no, count(distinct author) as mention_authors from placed group by all
)
select
    week, platform, l2, 'interest:' || l2 as topic_id, band_no,
    case when band_no = 1 then 0.0 else s.edges[band_no - 1] end as lo,
    s.edges[band_no] as hi,
    coalesce(c.spu_cnt, 0) as spu_cnt, coalesce(c.shop_cnt, 0) as shop_cnt, coalesce(c.spu_cnt, 0) / s.n_spu as spu_share,
    -- resampled shares of a band that chance leaves out of every draw lie beside its own; least and greatest pass over
    -- nulls, which is right for bands above the highest with a product, but not where nothing was resampled
    case when s.n_spu >= 30 and s.n_shops >= 10 then least(h.lo, coalesce(c.spu_cnt, 0) / s.n_spu) end as spu_share_lo,
    case when s.n_spu >= 30 and s.n_shops >= 10 then greatest(h.hi, coalesce(c.spu_cnt, 0) / s.n_spu) end as spu_share_hi,
    w.low as sold_share_low, w.high as sold_share_high,
    case when v.n_voices > 0 then coalesce(m.mention_authors, 0) end as mention_authors,
    coalesce(m.mention_authors, 0) / v.n_voices as mention_share,
    s.p10, s.p25, s.p50, s.p75, s.p90, q.lo as p50_lo, q.hi as p50_hi, unit,
    case
        when s.n_spu < 30 or s.n_shops < 10 then 'low_support'
        when is_thin(o.coverage, k.query_coverage) or is_thin(x.mix_coverage, null) then 'low_coverage'
        when s.edges is null then 'no_baseline'
        else 'ok'
    end as status,
    s.n_spu, s.n_shops, k.query_coverage, o.coverage, x.mix_coverage, getvariable('run_id') as run_id, 11 as metric_ver
from counted c
full join mention m using (week, platform, l2, unit, band_no)
join edged s using (week, platform, l2, unit)
left join sold_share w using (week, platform, l2, unit, band_no)
left join voiced v using (week, platform, l2, unit)
left join price_share_interval h using (week, platform, l2, unit, band_no)
left join offer_coverage o using (week, platform)
left join offer_query_coverage k using (week, platform, l2)
left join price_mix x on platform = 'all' and x.week = s.week and x.l2 = s.l2 and x.unit = s.unit
left join mart_price_quantile q using (week, platform, l2, unit)
where q.quantile is null or q.quantile = 0.5
order by week, platform, l2, unit, band_no;
