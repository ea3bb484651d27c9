-- mart_brand_sov_weekly: one row per week, platform, category and brand: its share of the authors who name any brand of the set
create or replace table mart_brand_sov_weekly as
with mention as (
    select distinct
        week_of(d.day) as week, d.platform, d.subject_id, d.author, d.is_primary,
        least(d.likes + d.comments + d.shares, 100000) as engagement, s.brand_id, s.category_id, s.set_ver,
        p.subject_id is not null as is_promotional
    from document d
    join core_annotations b
        on b.subject_kind = d.subject_kind and b.subject_id = d.subject_id and b.tagger = 'entities'
    join brand_set s on b.label = 'brand:' || s.brand_id
    left join core_annotations p
        on p.subject_kind = d.subject_kind and p.subject_id = d.subject_id
        and p.tagger = 'promotion' and p.label = 'promotional'
    where d.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
),
brand as (
    select
        week, coalesce(platform, 'all') as platform, category_id, brand_id, max(set_ver) as set_ver,
        count(distinct subject_id) as n_docs, count(distinct author) as n_authors,
        count(distinct author) filter (where not is_promotional) as n_organic, sum(engagement) as engagement
    from mention
    group by grouping sets ((week, platform, category_id, brand_id), (week, category_id, brand_id))
),
field as (
    select
        week, coalesce(platform, 'all') as platform, category_id, count(distinct author) as n_authors,
        count(distinct author) filter (where not is_promotional) as n_organic, sum(engagement) as engagement
    from mention
    group by grouping sets ((week, platform, category_id), (week, category_id))
),
measured as (
    select
        b.week, b.platform, b.category_id, b.brand_id, b.set_ver, b.n_docs, b.n_authors,
        f.n_authors as n_field, b.n_authors / f.n_authors as sov,
        -- design effect 1.5: the posts of one author hang together (METRICS 5.5)
        wilson_lo(b.n_authors / 1.5, f.n_authors / 1.5) as sov_lo,
        wilson_hi(b.n_authors / 1.5, f.n_authors / 1.5) as sov_hi,
        b.engagement / nullif(f.engagement, 0) as sov_eng,
        b.n_organic / nullif(f.n_organic, 0) as sov_organic,
        rank() over (partition by b.week, b.platform, b.category_id order by b.n_authors desc) as rank
    from brand b
    join field f using (week, platform, category_id)
)
select
    c.week, c.platform, c.category_id, c.brand_id, c.set_ver, c.n_docs, c.n_authors,
    c.sov, c.sov_lo, c.sov_hi, c.sov_eng, c.sov_organic,
    100 * (c.sov - p.sov) as delta_pp,
    100 * (c.sov - p.sov - 1.96 * sqrt(1.5 * (c.sov * (1 - c.sov) / c.n_field + p.sov * (1 - p.sov) / p.n_field))) as delta_lo,
    100 * (c.sov - p.sov + 1.96 * sqrt(1.5 * (c.sov * (1 - c.sov) / c.n_field + p.sov * (1 - p.sov) / p.n_field))) as delta_hi,
    c.rank, p.rank - c.rank as rank_diff, null::double as heat_diff,
    case when c.n_field < 100 or c.n_authors < 10 then 'low_support' else 'ok' end as status
from measured c
left join measured p
    on p.week = c.week - 7 and p.platform = c.platform and p.category_id = c.category_id and p.brand_id = c.brand_id
order by c.week, c.platform, c.category_id, c.rank, c.brand_id;
