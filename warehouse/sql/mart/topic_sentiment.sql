-- mart_topic_sentiment: one row per week, platform, topic or brand, and source (post, comment, review): net sentiment of its authors
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
vote as (
    -- one vote per author, topic and week: ten posts of one person are one opinion
    select
        week_of(v.day) as week, v.platform, v.topic_id, v.brand_id, v.source, v.author,
        sign(sum(f.sign)) as sign, max(f.model_ver) as model_ver
    from (
        select subject_id, day, platform, author, source, topic_id, null::varchar as brand_id from topic_voice
        union all
        select subject_id, day, platform, author, source, 'brand:' || brand_id, brand_id from brand_voice
    ) v
    join feeling f using (subject_id)
    group by all
),
counted as (
    select
        week, coalesce(platform, 'all') as platform, topic_id, brand_id, source,
        count(*) filter (where sign > 0) as n_pos,
        count(*) filter (where sign < 0) as n_neg,
        count(*) filter (where sign = 0) as n_neu,
        max(model_ver) as model_ver
    from vote
    group by grouping sets ((week, platform, topic_id, brand_id, source), (week, topic_id, brand_id, source))
),
shared as (
    select
        c.*, n_pos + n_neg as n_polar,
        wilson_lo(n_pos, n_pos + n_neg) as p_lo, wilson_hi(n_pos, n_pos + n_neg) as p_hi,
        n_pos / nullif(n_pos + n_neg, 0) as p,
        m.sens, m.spec, m.n_labelled
    from counted c
    left join mart_topic t using (topic_id)
    left join sentiment_calibration m on m.l1 = t.l1
),
corrected as (
    select
        *,
        -- least and greatest pass over nulls, so the unknown is told apart first
        case when p is not null and sens is not null then least(1, greatest(0, (p + spec - 1) / (sens + spec - 1))) end as q,
        -- Rogan-Gladen: the classifier's own error widens the interval
        sqrt(
            p * (1 - p) / nullif(n_polar, 0)
            + p * p * sens * (1 - sens) / n_labelled + (1 - p) * (1 - p) * spec * (1 - spec) / n_labelled
        ) / (sens + spec - 1) as q_se
    from shared
)
select
    week, platform, topic_id, brand_id, source, n_pos, n_neg, n_neu,
    2 * p - 1 as nsr_polar,
    case
        when n_polar = 0 then null
        when sens is null then greatest(-1, 2 * p_lo - 1 - 0.07)
        else greatest(-1, least(2 * q - 1 - 3.92 * q_se, 2 * p_lo - 1))
    end as nsr_polar_lo,
    case
        when n_polar = 0 then null
        when sens is null then least(1, 2 * p_hi - 1 + 0.07)
        else least(1, greatest(2 * q - 1 + 3.92 * q_se, 2 * p_hi - 1))
    end as nsr_polar_hi,
    (n_pos - n_neg) / (n_pos + n_neg + n_neu) as nsr_total,
    2 * q - 1 as nsr_adj,
    sens, spec, model_ver,
    case when n_polar < 100 then 'low_support' when sens is null then 'uncalibrated' else 'ok' end as status
from corrected
order by week, platform, topic_id, source;
