-- mart_aspect_sentiment: one row per week, platform, topic or brand and aspect: how its authors judge the aspect, one vote each, in the 28 days
-- that end with the week where the seven have too few
create or replace temp macro balance_of(praising, blaming) as
    case when praising + blaming >= 30 then (praising - blaming) / (praising + blaming) end;
create or replace table mart_aspect_sentiment as
with judged as (
    select
        a.subject_id, split_part(a.label, ':', 1) as aspect,
        case split_part(a.label, ':', 2) when 'positive' then 1 when 'negative' then -1 else 0 end as sign,
        a.tagger_version as model_ver,
        trim(substr(tagged_text(p.title, p.text), a.span_start + 1, a.span_end - a.span_start)) as phrase
    from core_annotations a
    join core_posts p using (subject_id)
    where a.subject_kind = 'post' and a.tagger = 'aspects' and contains(a.label, ':')
        and a.subject_id in (select subject_id from voice)
),
spoken as (
    select subject_id, day, platform, author, source, topic_id, null::varchar as brand_id from topic_voice
    union all
    select subject_id, day, platform, author, source, 'brand:' || brand_id, brand_id from brand_voice
),
said as (
    select w.week, w.window_days, * exclude (w)
    from (
        select
            unnest(windows_of(week_of(v.day))) as w, v.platform, v.topic_id, v.brand_id, v.author, v.source, v.subject_id, j.aspect, j.sign, j.phrase, j.model_ver
        from spoken v
        join judged j using (subject_id)
    )
),
vote as (
    select
        week, window_days, platform, topic_id, brand_id, author, aspect,
        sign(sum(sign)) as sign, sign(sum(sign) filter (where source = 'post')) as post_sign,
        sign(sum(sign) filter (where source = 'comment')) as comment_sign,
        sign(sum(sign) filter (where source = 'review')) as review_sign, count(distinct subject_id) as n_docs, max(model_ver) as model_ver
    from said
    group by all
),
counted as (
    select
        week, window_days, coalesce(platform, 'all') as platform, topic_id, brand_id, aspect,
        count(*) filter (where sign > 0) as n_pos,
        count(*) filter (where sign < 0) as n_neg,
        count(*) filter (where sign = 0) as n_neu,
        -- authors of posts praise what they show; of each source the balance of thirty opinions or more
        balance_of(count(*) filter (where post_sign > 0), count(*) filter (where post_sign < 0)) as nsr_post,
        balance_of(count(*) filter (where comment_sign > 0), count(*) filter (where comment_sign < 0)) as nsr_comment,
        balance_of(count(*) filter (where review_sign > 0), count(*) filter (where review_sign < 0)) as nsr_review,
        sum(n_docs)::bigint as n_docs,
        max(model_ver) as model_ver
    from vote
    group by grouping sets ((week, window_days, platform, topic_id, brand_id, aspect), (week, window_days, topic_id, brand_id, aspect))
),
windowed as (
    select *
    from counted
    where window_days = 7 or n_pos + n_neg + n_neu >= 30
    qualify row_number() over (
        partition by week, platform, topic_id, brand_id, aspect order by n_pos + n_neg + n_neu < 30, window_days
    ) = 1
),
phrase as (
    select
        week, window_days, coalesce(platform, 'all') as platform, topic_id, aspect, sign, phrase,
        count(distinct author) as n
    from said
    where sign <> 0 and length(phrase) between 1 and 20
    group by grouping sets ((week, window_days, platform, topic_id, aspect, sign, phrase), (week, window_days, topic_id, aspect, sign, phrase))
),
top as (
    select week, window_days, platform, topic_id, aspect, sign, arg_max(phrase, row(n, phrase)) as phrase
    from phrase
    group by all
)
select
    c.week, c.platform, c.topic_id, c.brand_id, c.aspect, c.window_days,
    c.n_pos, c.n_neg, c.n_neu,
    (c.n_pos - c.n_neg) / nullif(c.n_pos + c.n_neg, 0) as nsr,
    case when c.n_pos + c.n_neg > 0 then 2 * wilson_lo(c.n_pos, c.n_pos + c.n_neg) - 1 end as lo,
    case when c.n_pos + c.n_neg > 0 then 2 * wilson_hi(c.n_pos, c.n_pos + c.n_neg) - 1 end as hi,
    t.phrase as top_phrase,
    c.nsr_post, c.nsr_comment, c.nsr_review,
    c.model_ver,
    case
        when c.n_pos + c.n_neg + c.n_neu < 30 then 'low_support'
        when is_thin(e.coverage, q.query_coverage) then 'low_coverage'
        else 'ok'
    end as status,
    c.n_docs, c.n_pos + c.n_neg + c.n_neu as n_authors, q.query_coverage, e.coverage, getvariable('run_id') as run_id, 7 as metric_ver
from windowed c
left join speech_window e on e.week = c.week and e.platform = c.platform and e.window_days = c.window_days
left join speech_query q
    on q.week = c.week and q.platform = c.platform and q.topic_id = c.topic_id and q.window_days = c.window_days
left join top t
    on t.week = c.week and t.window_days = c.window_days and t.platform = c.platform and t.topic_id = c.topic_id and t.aspect = c.aspect
    -- as many on either side: neither is the larger
    and t.sign = sign(c.n_pos - c.n_neg)
order by c.week, c.platform, c.topic_id, c.aspect;
