-- mart_topic_opportunity: one row per topic: what people want of it against what is on sale, over the same 28 days
create or replace temp table offer as
with reading as (
    select platform, listing_id, shanghai_day(captured_at) as day, captured_at, run_id, title, shop, price, currency,
        sold_basis, sold_low, sold_high
    from raw_listings
    where shanghai_day(captured_at) between cast(getvariable('as_of') as date) - 27 and cast(getvariable('as_of') as date)
),
seen as (
    -- as last read by the as-of day: what an offer cost later is no price of these days
    select
        platform, listing_id, list(distinct day) as days,
        arg_max(reading, row(captured_at, run_id, reading)) as entry
    from reading
    group by platform, listing_id
)
select
    platform || ':' || listing_id as subject_id, platform, listing_id, days, len(days) as n_crawls,
    spu_of(platform, entry.shop, entry.title) as spu_id,
    lower(entry.title) as title, coalesce(entry.shop, platform || ':' || listing_id) as shop, entry.price, entry.currency,
    entry.sold_basis, entry.sold_low, entry.sold_high
from seen;

-- known_product: one row per product of these offers that had been seen before the 28 days, under whichever of its ids
create or replace temp table known_product as
with known as (
    select platform, listing_id, shop, title
    from core_listings
    where shanghai_day(first_captured_at) <= cast(getvariable('as_of') as date) - 28
)
select o.spu_id from offer o semi join known k on k.platform = o.platform and k.listing_id = o.listing_id
union
select spu_of(platform, shop, title) from known
where spu_of(platform, shop, title) in (select spu_id from offer);

-- who spoke of a topic in these days: a number stands for an author, which takes an eighth of the memory of the key
create or replace temp table spoken as
select
    topic_id, count(*) filter (where is_primary) as n_docs,
    count(distinct hash(coalesce(author_key, subject_id))) filter (where not is_ad) as n_authors
from mart_topic_doc
where day > cast(getvariable('as_of') as date) - 28
group by topic_id;

create or replace temp table demand as
with asked as (
    select topic_id, author
    from topic_voice
    where day > cast(getvariable('as_of') as date) - 28
        and subject_id in (
            select subject_id from core_annotations
            where subject_kind = 'post' and tagger = 'intent' and label in ('I', 'P', 'L')
        )
    group by all
),
intent as (
    select topic_id, count(*) as intent_authors from asked group by topic_id
),
short as (
    -- 断货, 求补货: people who could not get it
    select topic_id, count(distinct author) as shortage_authors
    from topic_voice
    where day > cast(getvariable('as_of') as date) - 28
        and subject_id in (
            select subject_id from core_annotations
            where subject_kind = 'post' and tagger = 'price_words' and label = 'shortage'
        )
    group by topic_id
),
every as (
    select
        t.topic_id, t.topic_kind, t.label, t.l1, coalesce(s.n_docs, 0) as n_docs, coalesce(s.n_authors, 0) as n_authors,
        coalesce(i.intent_authors, 0) as intent_authors, coalesce(h.shortage_authors, 0) as shortage_authors
    from mart_topic t
    left join spoken s using (topic_id)
    left join intent i using (topic_id)
    left join short h using (topic_id)
    where t.l1 is not null and (t.l2 is not null or t.topic_kind <> 'interest')
),
wanted as (
    select
        *,
        -- where a whole first level shows hardly any intent, all its authors stand in, so that its topics stay comparable
        case
            when sum(intent_authors) over (partition by l1) >= 30 then intent_authors else n_authors
        end as demand_authors
    from every
)
select *
from wanted
qualify topic_kind = 'interest' or row_number() over (
    partition by topic_kind = 'interest' order by demand_authors desc, topic_id
) <= 500;

-- what offers of a topic are called: its own name, and what listings call it
create or replace temp table offer_word as
select topic_id, lower(label) as word, false as is_synonym
from demand
where topic_kind in ('tag', 'word') and length(label) >= 2
union
select d.topic_id, s.synonym, true
from demand d
join synonyms s on contains(lower(d.label), s.term) and s.synonym <> lower(d.label)
where d.topic_kind in ('tag', 'word');

create or replace temp table matched as
select 'interest:' || a.label as topic_id, a.subject_id, null::varchar as word, false as is_synonym
from core_annotations a
where a.subject_kind = 'listing' and a.tagger = 'interests' and contains(a.label, '.')
group by all
union all
-- a cluster's name is made of several words; its offers are those whose titles its words explain
select 'cluster:' || a.label, a.subject_id, null, false
from core_annotations a
where a.subject_kind = 'listing' and a.tagger = 'clusters' and a.label <> 'none'
union all
-- each offer once, by the topic's own name before another word
select w.topic_id, o.subject_id, arg_min(w.word, row(w.is_synonym, w.word)), bool_and(w.is_synonym)
from offer_word w
join offer o on contains(o.title, w.word)
group by w.topic_id, o.subject_id;

-- looked: one row per topic and platform where its offers were looked for, by a search with its words, an offer of it or the
-- shelves of its first level: on how many days, of the 28 and of the 28 before
create or replace temp table looked as
with seen as (
    select distinct
        platform, platform || ':' || listing_id as subject_id, shanghai_day(captured_at) as day, lower(trim(query)) as query
    from raw_listings
    where shanghai_day(captured_at) between cast(getvariable('as_of') as date) - 55 and cast(getvariable('as_of') as date)
),
shelf as (
    select distinct split_part(a.label, '.', 1) as l1, s.platform, s.day
    from seen s
    join core_annotations a on a.subject_kind = 'listing' and a.tagger = 'interests' and a.subject_id = s.subject_id
    where s.query is null
),
search as (
    select query, platform, day
    from (
        select query, platform, day from seen
        union
        -- one that found nothing was asked all the same: nothing on sale is then known, not unknown
        select lower(trim(s.query)), s.platform, shanghai_day(s.asked_at)
        from crawl_reports, unnest(queries) q(s)
        where s.record_kind = 'listings'
    )
    where length(query) >= 2 and day between cast(getvariable('as_of') as date) - 55 and cast(getvariable('as_of') as date)
),
word as (
    select topic_id, word from offer_word
    union
    select topic_id, lower(label) from demand
),
found as (
    select d.topic_id, s.platform, s.day from demand d join shelf s using (l1)
    union
    select w.topic_id, s.platform, s.day from word w join search s on contains(s.query, w.word) or contains(w.word, s.query)
    union
    select m.topic_id, s.platform, s.day from matched m join seen s using (subject_id)
)
select
    topic_id, platform,
    count(*) filter (where day > cast(getvariable('as_of') as date) - 28) as n_days,
    count(*) filter (where day <= cast(getvariable('as_of') as date) - 28) as n_days_before
from found
group by topic_id, platform;

create or replace table mart_topic_offer as
select topic_id, subject_id, platform, shop, title, price::double as price, word, is_synonym, n_crawls
from (
    select m.topic_id, m.word, m.is_synonym, o.*
    from matched m
    join offer o using (subject_id)
    qualify row_number() over (partition by m.topic_id order by m.is_synonym desc, md5(o.subject_id)) <= 50
)
order by topic_id, subject_id;

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
crawl as (
    select platform, count(distinct day) as n_days from (select platform, unnest(days) as day from offer) group by platform
),
per_spu as (
    select
        m.topic_id, o.spu_id, any_value(o.platform) as platform, any_value(o.shop) as shop,
        bool_and(k.spu_id is null) as is_new,
        min(o.price) filter (where is_price(o.price) and o.currency is not distinct from t.price_currency) as price,
        any_value(t.price_currency) as price_currency,
        any_value(b.sold_basis) as sold_basis,
        -- of several ids of a product the most that one of them shows, as in price_band
        max(o.sold_low) filter (where o.sold_basis is not distinct from b.sold_basis) as sold_low,
        max(o.sold_high) filter (where o.sold_basis is not distinct from b.sold_basis) as sold_high,
        bool_or(o.sold_low is not null and o.sold_high is null and o.sold_basis is not distinct from b.sold_basis)
            as is_open
    from matched m
    join offer o using (subject_id)
    join crawl c using (platform)
    left join known_product k using (spu_id)
    left join basis b using (topic_id)
    left join tender t using (topic_id)
    group by m.topic_id, o.spu_id
    -- on sale is what was seen on two days, under whichever of its ids; a platform read on one day shows nothing twice
    having len(list_distinct(flatten(list(o.days)))) >= 2 or any_value(c.n_days) < 2
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
        case when bool_or(k.n_days_before > 0) then count(*) filter (where p.is_new and k.n_days_before > 0) end as new_spu_28d,
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
    -- shares are of the second levels of a first level; tags and words are measured against the same sums
    select l1, sum(demand_authors) as demand_authors, sum(spu_cnt) as spu_cnt, count(*) as n_interests
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
    n_synonym_offers, shortage_authors, n_docs, n_authors, coverage, getvariable('run_id') as run_id, 5 as metric_ver
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
