-- mart_topic_offer: one row per topic and offer on sale of it in these 28 days, at most fifty a topic; and where offers were looked for
create or replace temp table offer as
with reading as (
    select * exclude (told), told.*, shanghai_day(captured_at) as day
    from listing_reading(day_begin(cast(getvariable('as_of') as date) - 27), day_begin(cast(getvariable('as_of') as date) + 1))
),
numbered as (
    select *, row_number() over (partition by platform, listing_id order by captured_at, run_id, reading) as nth
    from reading
),
seen as (
    -- each as last shown by the as-of day: what an offer cost later is no price of these days, and a reading that shows no
    -- price (a size that is sold out, a sheet without that column) takes none away
    select
        platform, listing_id, list(distinct day) as days, max(day) as last_day, arg_max(title, nth) as title,
        arg_max(shop, nth) as shop, arg_max({price: price, currency: currency}, nth) filter (price is not null) as asked,
        arg_max({basis: sold_basis, low: sold_low, high: sold_high}, nth) filter (sold_low is not null) as sold
    from numbered
    group by platform, listing_id
)
select
    platform || ':' || listing_id as subject_id, platform, listing_id, days, last_day, len(days) as n_crawls,
    spu_of(platform, shop, title) as spu_id, lower(title) as title, coalesce(shop, platform || ':' || listing_id) as shop,
    asked.price, asked.currency, sold.basis as sold_basis, sold.low as sold_low, sold.high as sold_high
from seen;

-- known_product: one row per product of these offers that had been seen before the 28 days, under whichever of its ids
create or replace temp table known_product as
with known as (
    select platform, listing_id, spu_of(platform, shop, title) as spu_id
    from core_listings
    where first_captured_at < day_begin(cast(getvariable('as_of') as date) - 27)
)
select o.spu_id from offer o semi join known k on k.platform = o.platform and k.listing_id = o.listing_id
union
select spu_id from known where spu_id in (select spu_id from offer);

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

-- looked: one row per topic and platform where its offers were looked for, by a search for it, an offer of it or the
-- shelves of its first level: on how many days of the 28, and whether half as closely in the 28 before: what was on sale then is known
create or replace temp table looked as
with seen as (
    select distinct
        platform, platform || ':' || listing_id as subject_id, shanghai_day(captured_at) as day, fold_query(query) as query
    from raw_listings
    where captured_at >= day_begin(cast(getvariable('as_of') as date) - 55) and captured_at < day_begin(cast(getvariable('as_of') as date) + 1)
),
met as (
    select s.platform, s.day, a.label as l2, split_part(a.label, '.', 1) as l1
    from seen s
    join core_annotations a on a.subject_kind = 'listing' and a.tagger = 'interests' and a.subject_id = s.subject_id
    where s.query is null and contains(a.label, '.')
),
-- a file of serums is no shelf of beauty on which make-up would stand: one shows at least half of the second levels that there are
shelf as (
    select distinct m.l1, m.platform, m.day
    from met m
    join (select platform, l1, count(distinct l2) as n_shown from met group by all) w using (platform, l1)
    left join (select parent_code as l1, count(*) as n_levels from taxonomy where level = 2 group by all) t using (l1)
    where w.n_shown >= greatest(3, coalesce(t.n_levels, 0) / 2)
),
search as (
    select query, platform, day
    from (
        select query, platform, day from seen
        union
        -- one that found nothing was asked all the same: nothing on sale is then known, not unknown
        select fold_query(s.query), s.platform, shanghai_day(s.asked_at)
        from crawl_reports, unnest(queries) q(s)
        where s.record_kind = 'listings'
    )
    where length(query) >= 2 and day between cast(getvariable('as_of') as date) - 55 and cast(getvariable('as_of') as date)
),
word as (
    select topic_id, word, false as is_made_of_names from offer_word
    union
    select topic_id, lower(label), topic_kind in ('interest', 'cluster') from demand
),
found as (
    select d.topic_id, s.platform, s.day from demand d join shelf s using (l1)
    union
    -- what 露营 finds first says nothing of how many 露营灯 there are; who asks for 香水 looks for 香水香氛 all the same
    select w.topic_id, s.platform, s.day
    from word w
    join search s on contains(s.query, w.word) or w.is_made_of_names and contains(w.word, s.query)
    union
    select m.topic_id, s.platform, s.day from matched m join seen s using (subject_id)
)
select
    topic_id, platform,
    count(*) filter (where day > cast(getvariable('as_of') as date) - 28) as n_days,
    2 * count(*) filter (where day <= cast(getvariable('as_of') as date) - 28) >= greatest(n_days, 1) as was_watched
from found
group by topic_id, platform;

-- on_sale: one row per topic and product of it that was seen on two days, under whichever of its ids; a platform read on one day shows
-- nothing twice
create or replace temp table on_sale as
with crawl as (
    select platform, count(distinct day) as n_days from (select platform, unnest(days) as day from offer) group by platform
)
select m.topic_id, o.spu_id
from matched m
join offer o using (subject_id)
join crawl c using (platform)
group by m.topic_id, o.spu_id
having len(list_distinct(flatten(list(o.days)))) >= 2 or any_value(c.n_days) < 2;

create or replace table mart_topic_offer as
select topic_id, subject_id, platform, shop, title, price::double as price, word, is_synonym, n_crawls
from (
    select m.topic_id, m.word, m.is_synonym, o.*
    from matched m
    join offer o using (subject_id)
    semi join on_sale s on s.topic_id = m.topic_id and s.spu_id = o.spu_id
    qualify row_number() over (partition by m.topic_id order by m.is_synonym desc, md5(o.subject_id)) <= 50
)
order by topic_id, subject_id;
