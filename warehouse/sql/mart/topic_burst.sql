-- mart_topic_burst: one row per day, platform, grain (d day, w seven days) and topic that was tested and is anywhere near rising
-- (burst_author: one row per rise: how many authors as loud as each other would say as much between them, exp of their
-- Shannon entropy; null where nobody is shown, as on hot boards)
create or replace temp table burst_author as
with voice as (
    select b.grain, b.day, b.platform, b.topic_id, coalesce(d.author_key, d.subject_id) as author,
        count(*) as n, count(d.author_key) as n_shown
    from burst_cells b
    join mart_topic_doc d
        on d.topic_id = b.topic_id and (b.platform = 'all' or d.platform = b.platform)
        and d.day <= b.day and d.day > b.day - case b.grain when 'w' then 7 else 1 end
    left join (select * exclude (platform) from stray join stray_panel using (platform, sources)) s
        on s.scope = b.platform and s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
        and b.day between s.first_day and s.last_day
    where b.level <> 'none' and d.is_primary and s.subject_id is null
    group by all
)
select
    grain, day, platform, topic_id,
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

create or replace table mart_topic_burst as
with judged as (
    select
        b.* replace (case b.grain when 'w' then w.n_authors else b.n_authors end as n_authors),
        q.query_coverage, a.effective_authors, a.loudest_share,
        -- the five authors of the support rule are five voices, not one account and four that happened by
        coalesce(a.voices < least(b.x, 5) - 0.5, false) as is_few,
        -- a category that rose as a whole is labelled; what rose beyond it is a rise (warehouse/promotions.py)
        (
            select max(p.promotion) from mart_promotion p
            where p.day <= b.day and p.day > b.day - case b.grain when 'w' then 7 else 1 end
        ) as promotion
    from burst_cells b
    left join topic_query_coverage q using (day, platform, topic_id)
    left join burst_author a using (grain, day, platform, topic_id)
    left join topic_week w on w.week = b.day and w.platform = b.platform and w.topic_id = b.topic_id
)
select
    day, platform, grain, topic_id, x, mu, x / mu as ratio, dispersion, p_value, q_value, m_tested,
    case when is_thin(coverage, query_coverage) or is_few then 'none' else level end as level,
    null::varchar as event_id,
    case
        when is_thin(coverage, query_coverage) then 'low_coverage'
        when is_few or (not is_new and n_authors < 5) then 'low_support'
        when is_new then 'no_baseline'
        else 'ok'
    end as status,
    getvariable('run_id') as run_id,
    query_coverage, effective_authors, loudest_share, coverage, n_authors, exposure, promotion, 4 as metric_ver
from judged
order by day, platform, grain, topic_id;
