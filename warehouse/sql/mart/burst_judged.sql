-- burst_judged: one row per day, platform, grain and topic that was tested and is anywhere near rising, its level by the number of
-- voices too; a day stands under each panel of sources that an alert looks back with
-- (burst_author: one row per rise: how many authors as loud as each other would say as much between them, exp of their
-- Shannon entropy; null where nobody is shown, as on hot boards)
create or replace temp table burst_author as
with voice as (
    select b.grain, b.day, b.panel_first, b.platform, b.topic_id, coalesce(d.author_key, d.subject_id) as author,
        count(*) as n, count(d.author_key) as n_shown
    from burst_cells b
    join mart_topic_doc d
        on d.topic_id = b.topic_id and (b.platform = 'all' or d.platform = b.platform)
        and d.day <= b.day and d.day > b.day - case b.grain when 'w' then 7 else 1 end
    left join (select * exclude (platform) from stray join stray_panel using (platform, sources)) s
        on s.scope = b.platform and s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
        and greatest(b.day, b.panel_first) between s.first_day and s.last_day
    where b.level <> 'none' and d.is_primary and s.subject_id is null
    group by all
)
select
    grain, day, panel_first, platform, topic_id,
    -- decimals, since a sum of doubles depends on the order of its rows
    case when sum(n_shown) > 0
        then round(exp(ln(sum(n_shown)) - sum(cast(n_shown * ln(n) as decimal(18, 9)))::double / sum(n_shown)), 6)
    end as effective_authors,
    case when sum(n_shown) > 0 then max(n_shown) / sum(n_shown) end as loudest_share,
    -- a line of a board speaks for more than nobody: for the rule each counts as a voice of its own
    case when sum(n_shown) > 0
        then round(exp(ln(sum(n)) - sum(cast(n * ln(n) as decimal(18, 9)))::double / sum(n)), 6)
    end as voices
from voice
group by all;

-- burst_speaker: one row per week, platform and topic with documents that do not count: how many authors the others have
create or replace temp table burst_speaker as
with left_out as (
    select p.scope, p.first_day, p.last_day, s.subject_kind, s.subject_id
    from stray s
    join stray_panel p using (platform, sources)
),
touched as (
    select distinct b.day, b.platform, b.topic_id
    from left_out s
    join mart_topic_doc d using (subject_kind, subject_id)
    join burst_cells b on b.topic_id = d.topic_id and b.platform = s.scope
    where b.grain = 'w' and d.day between b.day - 6 and b.day and b.day between s.first_day and s.last_day
        and d.day > getvariable('counted_after')
)
select
    t.day, t.platform, t.topic_id,
    count(distinct coalesce(d.author_key, d.subject_id)) filter (where s.subject_id is null and not d.is_ad) as n_authors
from touched t
join mart_topic_doc d
    on d.topic_id = t.topic_id and (t.platform = 'all' or d.platform = t.platform) and d.day between t.day - 6 and t.day
left join left_out s
    on s.scope = t.platform and s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
    and t.day between s.first_day and s.last_day
group by all;

create or replace temp table burst_judged as
select
    b.* replace (
        case b.grain when 'w' then coalesce(v.n_authors, w.n_authors) else b.n_authors end as n_authors,
        -- the five authors of the support rule are five voices, not one account and four that happened by
        case
            when is_thin(b.coverage, least(q.query_coverage, s.kept_coverage)) or coalesce(a.voices < least(b.x, 5) - 0.5, false) then 'none'
            else b.level
        end as level
    ),
    least(q.query_coverage, s.kept_coverage) as query_coverage, a.effective_authors, a.loudest_share,
    coalesce(a.voices < least(b.x, 5) - 0.5, false) as is_few,
    -- a category that rose as a whole is labelled; what rose beyond it is a rise (warehouse/promotions.py)
    (
        select max(p.promotion) from mart_promotion p
        where p.day <= b.day and p.day > b.day - case b.grain when 'w' then 7 else 1 end
    ) as promotion
from burst_cells b
left join topic_query_coverage q using (day, platform, topic_id)
left join platform_query_coverage s using (day, platform)
left join burst_author a using (grain, day, panel_first, platform, topic_id)
left join topic_week w on w.week = b.day and w.platform = b.platform and w.topic_id = b.topic_id
left join burst_speaker v on v.day = b.day and v.platform = b.platform and v.topic_id = b.topic_id;
