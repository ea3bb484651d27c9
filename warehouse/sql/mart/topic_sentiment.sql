-- mart_topic_sentiment: one row per week, platform, topic or brand, and source (post, comment, review): net sentiment of its authors, of the
-- 28 days that end with the week where the seven have too few
create or replace table mart_topic_sentiment as
with feeling as (
    select
        subject_id,
        any_value(tagger_version) as model_ver,
        max(case label when 'positive' then 1 when 'negative' then -1 else 0 end) as sign
    from core_annotations
    where subject_kind = 'post' and tagger = 'sentiment' and label in ('positive', 'negative', 'neutral')
    group by subject_id
),
felt as (
    select
        week_of(v.day) as week, v.platform, v.topic_id, v.brand_id, v.source, v.author,
        sum(f.sign) as balance, count(*) as n_docs, max(f.model_ver) as model_ver
    from (
        select subject_id, day, platform, author, source, topic_id, null::varchar as brand_id from topic_voice
        union all
        select subject_id, day, platform, author, source, 'brand:' || brand_id, brand_id from brand_voice
    ) v
    join feeling f using (subject_id)
    group by all
),
vote as (
    -- one vote per author, topic and window: ten posts of one person are one opinion
    select
        w.week, w.window_days, platform, topic_id, brand_id, source, author,
        sign(sum(balance)) as sign, sum(n_docs) as n_docs, max(model_ver) as model_ver
    from (select *, unnest(windows_of(week)) as w from felt)
    group by all
),
counted as (
    select
        week, window_days, coalesce(platform, 'all') as platform, topic_id, brand_id, source,
        count(*) filter (where sign > 0) as n_pos,
        count(*) filter (where sign < 0) as n_neg,
        count(*) filter (where sign = 0) as n_neu,
        sum(n_docs)::bigint as n_docs,
        max(model_ver) as model_ver
    from vote
    group by grouping sets ((week, window_days, platform, topic_id, brand_id, source), (week, window_days, topic_id, brand_id, source))
),
windowed as (
    -- the shortest window with support; the seven days where none has it
    select *
    from counted
    where window_days = 7 or n_pos + n_neg >= 100
    qualify row_number() over (
        partition by week, platform, topic_id, brand_id, source order by n_pos + n_neg < 100, window_days
    ) = 1
),
shared as (
    select
        c.*, n_pos + n_neg as n_polar,
        wilson_lo(n_pos, n_pos + n_neg) as p_lo, wilson_hi(n_pos, n_pos + n_neg) as p_hi,
        n_pos / nullif(n_pos + n_neg, 0) as p,
        m.sens, m.spec, m.n_labelled
    from windowed c
    left join mart_topic t using (topic_id)
    left join sentiment_calibration m on m.l1 = t.l1
),
calibrated as (
    -- 200 labelled texts of each polarity at least; below that the domain is as good as unknown
    select * replace (
        case when n_labelled >= 400 and sens + spec > 1 then sens end as sens,
        case when n_labelled >= 400 and sens + spec > 1 then spec end as spec
    )
    from shared
),
measured as (
    select
        *,
        2 * p - 1 as nsr_polar,
        greatest(-1, 2 * p_lo - 1 - case when sens is null then 0.07 else 0 end) as polar_lo,
        least(1, 2 * p_hi - 1 + case when sens is null then 0.07 else 0 end) as polar_hi,
        2 * true_share(p, sens, spec) - 1 as nsr_adj,
        2 * true_share_lo(p, p_lo, sens, spec, n_labelled / 2) - 1 as nsr_adj_lo,
        2 * true_share_hi(p, p_hi, sens, spec, n_labelled / 2) - 1 as nsr_adj_hi
    from calibrated
)
select
    week, platform, topic_id, brand_id, source, window_days, n_pos, n_neg, n_neu, n_polar,
    nsr_polar,
    -- least and greatest pass over nulls, so the unknown is told apart first
    case when n_polar > 0 then polar_lo end as nsr_polar_lo,
    case when n_polar > 0 then polar_hi end as nsr_polar_hi,
    (n_pos - n_neg) / (n_pos + n_neg + n_neu) as nsr_total,
    nsr_adj, nsr_adj_lo, nsr_adj_hi,
    case when n_polar >= 100 then coalesce(nsr_adj, nsr_polar) end as nsr,
    case when n_polar >= 100 then coalesce(nsr_adj_lo, polar_lo) end as nsr_lo,
    case when n_polar >= 100 then coalesce(nsr_adj_hi, polar_hi) end as nsr_hi,
    n_polar >= 400 and sens is not null and not is_thin(coverage, query_coverage) as is_rankable,
    sens, spec, model_ver,
    case
        when n_polar < 100 then 'low_support'
        when is_thin(coverage, query_coverage) then 'low_coverage'
        when sens is null then 'uncalibrated'
        else 'ok'
    end as status,
    n_docs, n_pos + n_neg + n_neu as n_authors, query_coverage, coverage, getvariable('run_id') as run_id, 8 as metric_ver
from measured
left join speech_window using (week, platform, window_days)
left join speech_query using (week, platform, topic_id, window_days)
order by week, platform, topic_id, source;
