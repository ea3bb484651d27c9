-- one row per topic that people warn of: share of cued speakers who turn away, and the aspect behind it
with latest as (
    select *
    from mart_topic_aipl
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 14
    qualify week = max(week) over ()
),
blamed as (
    select topic_id, aspect, n_neg, nsr, top_phrase
    from mart_aspect_sentiment
    where platform = 'all' and n_pos + n_neg >= 30 and nsr < 0 and week = (select max(week) from latest)
    qualify row_number() over (partition by topic_id order by n_neg desc, aspect) = 1
)
select
    l.topic_id,
    coalesce(t.label, l.topic_id) as label,
    coalesce(t.label_en, t.label, l.topic_id) as label_en,
    l.drop_share,
    l.n_cued,
    nullif(l.window_days, 7) as window_days,
    a.aspect,
    a.n_neg,
    a.nsr,
    a.top_phrase,
    l.week - coalesce(l.window_days, 7) + 1 as week_start,
    l.week as last_day
from latest l
left join mart_topic t on t.topic_id = l.topic_id
left join blamed a on a.topic_id = l.topic_id
-- a word that people complain with (不值, 翻车) is met by nobody but those who complain
where l.status in ('ok', 'low_support') and l.n_cued >= 100 and l.drop_share >= 0.1 and t.topic_kind <> 'word'
order by l.drop_share desc, l.topic_id
limit 5
