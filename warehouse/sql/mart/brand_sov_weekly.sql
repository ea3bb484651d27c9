-- mart_brand_sov_weekly: one row per week, platform, category and brand: its share of the authors who name any brand of the set
-- brand_panel: one row per scope (a platform, or `all`) and week that is compared with the one before by fewer sources than were read;
-- panel 0 is all that was read
create or replace temp table brand_panel as
select row_number() over (order by pair_week, scope) as panel, scope, pair_week
from (select distinct scope, pair_week from pair_left_out);

create or replace temp table brand_mention as
with mention as (
    select
        week_of(d.day) as week, d.platform, d.subject_kind, d.subject_id, d.author, d.is_primary,
        -- what a platform does not show is unknown, not none
        case when coalesce(d.likes, d.comments, d.shares) is not null
            then least(coalesce(d.likes, 0) + coalesce(d.comments, 0) + coalesce(d.shares, 0), 100000) end as engagement,
        s.brand_id, s.category_id, max(s.set_ver) as set_ver,
        bool_or(d.is_ad or p.subject_id is not null) as is_promotional
    from document d
    join core_annotations b
        on b.subject_kind = d.subject_kind and b.subject_id = d.subject_id and b.tagger = 'entities'
    join brand_set s on b.label = 'brand:' || s.brand_id
    left join core_annotations p
        on p.subject_kind = d.subject_kind and p.subject_id = d.subject_id
        and p.tagger = 'promotion' and p.label = 'promotional'
    where d.day > cast(getvariable('as_of') as date) - 7 * getvariable('weeks')
    group by all
),
kept as (
    select 0 as panel, 'all' as scope, * from mention
    union all
    select p.panel, p.scope, m.*
    from mention m
    join brand_panel p on p.scope in ('all', m.platform) and m.week in (p.pair_week, p.pair_week - 7)
    anti join pair_left_out l
        on l.scope = p.scope and l.pair_week = p.pair_week and l.subject_kind = m.subject_kind and l.subject_id = m.subject_id
),
-- the platforms pooled stand in where none of them has a hundred authors
placed as (
    select * exclude (scope) from kept
    union all
    select * exclude (scope) replace ('~pooled' as platform) from kept where scope = 'all'
)
select
    *,
    count(*) over (partition by panel, platform, category_id, subject_kind, subject_id) as brands_of_document
from placed;

-- brand_query: one row per week, platform or `all`, and category of which searches found who names its brands: how evenly they were run, by what
-- they found in the week and in the one before; one for 山野社 that begins makes it no louder
create or replace temp table brand_query as
with named as (
    select distinct week, platform, category_id, subject_kind, subject_id
    from brand_mention
    where panel = 0 and platform <> '~pooled' and is_primary
),
found as (
    select
        n.week + l.later as week, l.later, n.platform, n.category_id, count(*) as n_docs,
        count(e.evenness) as n_judged,
        -- what no search found is as it is; so is what the first searches of a platform found
        sum(cast(coalesce(e.evenness, 1) as decimal(18, 9))) as n_even
    from named n
    cross join (select unnest([0, 7]) as later) l
    left join post_query q on n.subject_kind = 'post' and q.subject_id = n.subject_id
    left join query_set_span e on e.day = n.week + l.later and e.platform = n.platform and e.queries = q.queries
    group by all
),
summed as (
    select
        week, coalesce(platform, 'all') as platform, category_id, later, sum(n_judged) as n_judged,
        sum(n_even)::double / sum(n_docs) as part
    from found
    group by grouping sets ((week, platform, category_id, later), (week, category_id, later))
)
select week, platform, category_id, min(part) as query_coverage
from summed
group by week, platform, category_id
having sum(n_judged) > 0;

create or replace temp table brand_share as
with voice as (
    -- an author who names m brands of the set speaks for each of them with 1/m
    select
        panel, week, platform, category_id, author, brand_id,
        1.0 / count(*) over (partition by panel, week, platform, category_id, author) as part
    from (select distinct panel, week, platform, category_id, author, brand_id from brand_mention)
),
split as (
    select panel, week, platform, category_id, brand_id, sum(cast(part as decimal(18, 12)))::double as n_split
    from voice
    group by all
),
brand as (
    select
        panel, week, platform, category_id, brand_id, max(set_ver) as set_ver,
        count(distinct subject_id) filter (where is_primary) as n_docs, count(distinct author) as n_authors,
        count(distinct author) filter (where not is_promotional) as n_organic,
        -- decimals: a sum of doubles depends on the order of its rows
        sum(cast(engagement / brands_of_document as decimal(28, 9))) as engagement,
        sum(cast((1 + ln(1 + coalesce(engagement, 0))) / brands_of_document as decimal(18, 9))) filter (where is_primary) as heat,
        count(engagement) as n_shown, count(*) as n_named
    from brand_mention
    group by all
),
field as (
    select
        panel, week, platform, category_id, count(distinct author) as n_field,
        count(distinct author) filter (where not is_promotional) as n_organic
    from brand_mention
    group by all
),
whole as (
    -- where a fifth shows no engagement, whose the rest is says little of whose all of it is
    select
        panel, week, platform, category_id, sum(heat) as heat,
        case when sum(n_shown) >= 0.8 * sum(n_named) then sum(engagement) end as engagement
    from brand
    group by all
)
select
    b.panel, b.week, b.platform, b.category_id, b.brand_id, b.set_ver, b.n_docs, b.n_authors, f.n_field,
    b.n_authors / f.n_field as sov,
    -- design effect 1.5: authors of one agency post together (METRICS 5.5)
    wilson_lo(b.n_authors / 1.5, f.n_field / 1.5) as sov_lo, wilson_hi(b.n_authors / 1.5, f.n_field / 1.5) as sov_hi,
    s.n_split / f.n_field as split,
    wilson_lo(s.n_split / 1.5, f.n_field / 1.5) as split_lo, wilson_hi(s.n_split / 1.5, f.n_field / 1.5) as split_hi,
    (b.engagement / nullif(w.engagement, 0))::double as sov_eng,
    b.n_organic / nullif(f.n_organic, 0) as sov_organic,
    (coalesce(b.heat, 0) / nullif(w.heat, 0))::double as heat_share
from brand b
join split s using (panel, week, platform, category_id, brand_id)
join field f using (panel, week, platform, category_id)
join whole w using (panel, week, platform, category_id);

-- every brand of the week on every platform whose authors name the set: a brand that none of them names has a share of 0
create or replace temp table brand_grid as
with field as (
    select distinct week, platform, category_id, n_field from brand_share where panel = 0
),
named as (
    select distinct week, category_id, brand_id from brand_share where panel = 0
),
filled as (
    select
        n.week, f.platform, n.category_id, n.brand_id, f.n_field,
        coalesce(s.sov, 0) as sov, coalesce(s.sov_lo, 0) as sov_lo,
        coalesce(s.sov_hi, wilson_hi(0, f.n_field / 1.5)) as sov_hi,
        coalesce(s.split, 0) as split, coalesce(s.split_lo, 0) as split_lo,
        coalesce(s.split_hi, wilson_hi(0, f.n_field / 1.5)) as split_hi,
        case when s.week is null then 0 else s.sov_eng end as sov_eng,
        case when s.week is null then 0 else s.sov_organic end as sov_organic,
        coalesce(s.heat_share, 0) as heat_share
    from named n
    join field f using (week, category_id)
    left join brand_share s
        on s.panel = 0 and s.week = n.week and s.platform = f.platform and s.category_id = n.category_id and s.brand_id = n.brand_id
)
select
    *,
    -- what a total is the mean of: the platforms with a hundred authors, or all pooled where there is none
    case
        when platform = '~pooled' then not bool_or(platform <> '~pooled' and n_field >= 100) over kind
        else n_field >= 100
    end as is_counted
from filled
window kind as (partition by week, category_id, brand_id);

-- brand_pair: one row per scope (a platform, or `all`), week, category, brand of it or the week before and platform of the scope: its shares in
-- both weeks among the sources that count at the end of the later one; one that joins or ends makes no brand louder
create or replace temp table brand_pair as
with scoped as (
    select s.scope, s.week, coalesce(p.panel, 0) as panel
    from (select distinct case when platform = '~pooled' then 'all' else platform end as scope, week from brand_share where panel = 0) s
    left join brand_panel p on p.scope = s.scope and p.pair_week = s.week
),
field as (
    select distinct panel, week, platform, category_id, n_field from brand_share
),
named as (
    select distinct unnest([week, week + 7]) as week, category_id, brand_id from brand_share where panel = 0
),
filled as (
    select
        a.scope, n.week, f.platform, n.category_id, n.brand_id, f.n_field, g.n_field as n_field_before,
        s.brand_id is not null as is_named, p.brand_id is not null as was_named,
        coalesce(s.sov, 0) as sov, coalesce(s.sov_lo, 0) as sov_lo, coalesce(s.sov_hi, wilson_hi(0, f.n_field / 1.5)) as sov_hi,
        coalesce(p.sov, 0) as sov_before, coalesce(p.sov_lo, 0) as sov_before_lo,
        coalesce(p.sov_hi, wilson_hi(0, g.n_field / 1.5)) as sov_before_hi,
        coalesce(s.heat_share, 0) - coalesce(p.heat_share, 0) as heat_diff
    from scoped a
    join named n on n.week = a.week
    join field f
        on f.panel = a.panel and f.week = a.week and f.category_id = n.category_id and a.scope in ('all', f.platform)
    join field g on g.panel = a.panel and g.week = a.week - 7 and g.platform = f.platform and g.category_id = n.category_id
    left join brand_share s
        on s.panel = a.panel and s.week = a.week and s.platform = f.platform
        and s.category_id = n.category_id and s.brand_id = n.brand_id
    left join brand_share p
        on p.panel = a.panel and p.week = a.week - 7 and p.platform = f.platform
        and p.category_id = n.category_id and p.brand_id = n.brand_id
)
select
    * exclude (is_named, was_named),
    -- `all` pools all that is named on any platform
    bool_or(is_named) over kind as is_named, bool_or(was_named) over kind as was_named,
    case
        when scope <> 'all' then true
        when platform = '~pooled' then not bool_or(platform <> '~pooled' and least(n_field, n_field_before) >= 100) over kind
        else least(n_field, n_field_before) >= 100
    end as is_compared
from filled
window kind as (partition by scope, week, category_id, brand_id);

create or replace table mart_brand_sov_weekly as
with
-- weeks without a platform, not read or hardly, that had a hundred authors in one of the four before: the mean of the others is no figure
-- of that series
gap as (
    select distinct b.week + 7 * u.weeks as week, b.category_id, 'all' as platform
    from (select distinct week, platform, category_id from brand_grid where platform <> '~pooled' and is_counted) b
    cross join (select unnest([1, 2, 3, 4]) as weeks) u
    join exposure_week e on e.platform = b.platform and e.week = b.week + 7 * u.weeks
    anti join (select week, platform, category_id from brand_grid where is_counted) n
        on n.week = e.week and n.platform = e.platform and n.category_id = b.category_id
    where is_thin(e.volume_coverage, null)
),
-- the interval of a mean or difference of independent shares from their own intervals (Zou and Donner 2008, MOVER)
total as (
    select
        week, category_id, brand_id, count(*) filter (where platform <> '~pooled') as n_platforms,
        mean_of(sov) as sov, mean_of(sov) - spread_of(sov - sov_lo) as sov_lo, mean_of(sov) + spread_of(sov_hi - sov) as sov_hi,
        mean_of(split) as split, mean_of(split) - spread_of(split - split_lo) as split_lo,
        mean_of(split) + spread_of(split_hi - split) as split_hi,
        mean_of(sov_eng) as sov_eng, mean_of(sov_organic) as sov_organic, mean_of(heat_share) as heat_share
    from brand_grid
    where is_counted
    group by all
),
change as (
    select
        scope as platform, week, category_id, brand_id, bool_or(is_named) as is_named, bool_or(was_named) as was_named,
        mean_of(sov) as sov, mean_of(sov_before) as sov_before, mean_of(sov - sov_before) as delta,
        spread_of(sqrt(pow(sov - sov_lo, 2) + pow(sov_before_hi - sov_before, 2))) as below,
        spread_of(sqrt(pow(sov_hi - sov, 2) + pow(sov_before - sov_before_lo, 2))) as above,
        mean_of(heat_diff) as heat_diff
    from brand_pair
    where is_compared
    group by all
),
moved as (
    select
        *,
        case when is_named and was_named then
            rank() over (partition by platform, week, category_id, was_named order by sov_before desc)
            - rank() over (partition by platform, week, category_id, is_named order by sov desc)
        end as rank_diff
    from change
),
counted as (
    select week, category_id, brand_id, set_ver, n_docs, n_authors, n_field from brand_share where panel = 0 and platform = '~pooled'
),
measured as (
    select
        s.week, s.platform, s.category_id, s.brand_id, s.set_ver, s.n_docs, s.n_authors, s.n_field, 1 as n_platforms,
        s.sov, s.sov_lo, s.sov_hi, s.split, s.split_lo, s.split_hi, s.sov_eng, s.sov_organic, s.heat_share,
        s.n_field >= 100 and s.n_authors >= 10 as is_supported
    from brand_share s
    where s.panel = 0 and s.platform <> '~pooled'
    union all
    select
        n.week, 'all', n.category_id, n.brand_id, n.set_ver, n.n_docs, n.n_authors, n.n_field, t.n_platforms,
        t.sov, t.sov_lo, t.sov_hi, t.split, t.split_lo, t.split_hi, t.sov_eng, t.sov_organic, t.heat_share,
        t.n_platforms > 0 and n.n_authors >= 10
    from counted n
    join total t using (week, category_id, brand_id)
)
select
    c.week, c.platform, c.category_id, c.brand_id, c.set_ver, c.n_docs, c.n_authors, c.n_field, c.n_platforms,
    c.sov, c.sov_lo, c.sov_hi, c.split as sov_split, c.split_lo as sov_split_lo, c.split_hi as sov_split_hi,
    c.sov_eng, c.sov_organic,
    case when not is_thin(null, q.query_coverage) then 100 * m.delta end as delta_pp,
    case when not is_thin(null, q.query_coverage) then 100 * (m.delta - m.below) end as delta_lo,
    case when not is_thin(null, q.query_coverage) then 100 * (m.delta + m.above) end as delta_hi,
    rank() over (partition by c.week, c.platform, c.category_id order by c.sov desc) as rank,
    case when not is_thin(null, q.query_coverage) then m.rank_diff end as rank_diff,
    100 * c.heat_share as heat_share,
    case when not is_thin(null, q.query_coverage) then 100 * m.heat_diff end as heat_diff,
    case
        when not c.is_supported then 'low_support'
        when is_thin(e.volume_coverage, q.query_coverage) or g.week is not null then 'low_coverage'
        else 'ok'
    end
        as status,
    q.query_coverage, e.volume_coverage as coverage, getvariable('run_id') as run_id, 7 as metric_ver
from measured c
left join moved m using (week, platform, category_id, brand_id)
left join exposure_week e on e.week = c.week and e.platform = c.platform
left join brand_query q on q.week = c.week and q.platform = c.platform and q.category_id = c.category_id
left join gap g on g.week = c.week and g.platform = c.platform and g.category_id = c.category_id
order by c.week, c.platform, c.category_id, rank, c.brand_id;
