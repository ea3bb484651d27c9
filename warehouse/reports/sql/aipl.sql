-- one row per topic: which stage of wanting its speakers show, rising topics first
with recent as (
    select *
    from mart_topic_aipl
    where platform = 'all' and week <= $as_of::date and week > $as_of::date - 21
),
latest as (
    select * from recent qualify week = max(week) over ()
),
before as (
    select topic_id, pull
    from recent
    where week = (select max(week) from latest) - 7 and status = 'ok' and window_days = 7
)
select
    l.topic_id,
    coalesce(t.label, l.topic_id) as label,
    coalesce(t.label_en, t.label, l.topic_id) as label_en,
    nullif(l.window_days, 7) as window_days,
    l.n_cued,
    l.cue_coverage,
    l.a_share,
    l.i_share,
    l.p_share,
    l.l_share,
    l.i_lo,
    l.i_hi,
    l.p_lo,
    l.p_hi,
    l.drop_share,
    l.drop_lo,
    l.drop_hi,
    l.pull,
    l.pull_lo,
    l.pull_hi,
    case when l.window_days = 7 then l.pull - b.pull end as pull_change,
    l.status,
    l.week - coalesce(l.window_days, 7) + 1 as week_start,
    l.week as last_day
from latest l
left join mart_topic t on t.topic_id = l.topic_id
left join before b on b.topic_id = l.topic_id
where l.status = 'ok'
order by l.topic_id in (select unnest($rising_ids::varchar[])) desc, l.n_cued desc, l.topic_id
limit 8
