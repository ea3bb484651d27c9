-- offer_reading: one row per week, platform and offer that was read in it, with one of the searches that led to it; null is a shelf or a file
create or replace temp table offer_reading as
select
    week_of(shanghai_day(captured_at)) as week, platform, platform || ':' || listing_id as subject_id,
    fold_query(query) as query
from raw_listings
where captured_at >= day_begin(cast(getvariable('as_of') as date) - 7 * getvariable('weeks') - 27)
    and captured_at < day_begin(cast(getvariable('as_of') as date) + 1)
group by all;

-- offer_coverage: one row per week and platform with offers: how many were read, against the four weeks before
create or replace temp table offer_coverage as
with counted as (
    select week, coalesce(platform, 'all') as platform, count(distinct subject_id) as n_offers
    from offer_reading
    group by grouping sets ((week, platform), (week))
)
select
    c.week, c.platform,
    -- two standard deviations of leeway, as for documents; weeks without any are no usual weeks
    least(1.0, coalesce((c.n_offers + 2 * sqrt(c.n_offers)) / median(b.n_offers), 1.0)) as coverage
from counted c
left join counted b on b.platform = c.platform and b.week between c.week - 28 and c.week - 7
group by c.week, c.platform, c.n_offers;

-- offer_query_coverage: one row per week, platform and second-level interest with offers before: which part of its offers comes by searches
-- that were run both in the week and in the four weeks before; one that was not changes which prices are seen
create or replace temp table offer_query_coverage as
with interest as (
    select subject_id, label as l2
    from core_annotations
    where subject_kind = 'listing' and tagger = 'interests' and contains(label, '.')
    group by all
),
led as (
    select r.week, r.platform, i.l2, r.query, count(distinct r.subject_id) as n_offers
    from offer_reading r
    join interest i using (subject_id)
    group by all
),
asked as (
    select week, platform, query from offer_reading
    union
    -- a search that found nothing was run all the same
    select week_of(shanghai_day(s.asked_at)), s.platform, fold_query(s.query)
    from crawl_reports, unnest(queries) q(s)
    where s.record_kind = 'listings' and shanghai_day(s.asked_at) <= cast(getvariable('as_of') as date)
),
span as (
    -- the most offers a search led to in a week of the five says what it is worth
    select w.week, l.platform, l.l2, l.query, max(l.n_offers) as n_offers, bool_or(l.week < w.week) as was_led
    from (select distinct week from offer_reading) w
    join led l on l.week between w.week - 28 and w.week
    group by all
),
run as (
    select
        s.*,
        bool_or(a.week = s.week) as is_now, bool_or(a.week < s.week) as is_before
    from span s
    join asked a on a.platform = s.platform and a.query is not distinct from s.query and a.week between s.week - 28 and s.week
    group by all
)
select
    week, coalesce(platform, 'all') as platform, l2,
    coalesce(sum(n_offers) filter (where is_now and is_before), 0) / sum(n_offers) as query_coverage
from run
group by grouping sets ((week, platform, l2), (week, l2))
having bool_or(was_led);
