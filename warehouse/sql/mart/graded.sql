-- v_scorecard: one row per call of any kind and week since: what was said and whether it was right
create or replace view v_scorecard as
select week_called, topic_id, call, checked_week, still_above_base, ratio_now, n_docs, is_retrospective, is_right, metric_ver
from mart_scorecard
union all
-- a title is called once, when it first was; its day is over 24 hours later
select
    cast(captured_at at time zone 'Asia/Shanghai' as date),
    'title:' || md5(concat_ws(chr(31), platform, board, title)),
    'breakout',
    cast((captured_at + interval 24 hour) at time zone 'Asia/Shanghai' as date),
    null, null, null, is_retrospective, reached_top, null
from (
    select *
    from mart_breakout_score
    where is_call
    qualify row_number() over (partition by platform, board, title order by captured_at) = 1
);

-- v_opportunity_score: one row per number of weeks since the call: whether blue oceans gained products faster than like topics
create or replace view v_opportunity_score as
with ocean as (
    -- a word or cluster that is named like a tag says of the same what that says; called week after week it is one case
    select
        s.weeks, coalesce(c.event_id, s.topic_id) as event, avg(s.growth) as growth,
        avg(s.control_growth) as control_growth, avg(s.difference) as difference
    from mart_opportunity_score s
    left join mart_call c on c.call = 'blue_ocean' and c.week_called = s.period and c.topic_id = s.topic_id
    group by all
)
select
    weeks, count(*) as n_topics,
    exp(avg(growth)) - 1 as growth, exp(avg(control_growth)) - 1 as control_growth,
    avg(difference) as difference,
    avg(difference) - 1.96 * stddev_samp(difference) / sqrt(count(*)) as difference_lo,
    avg(difference) + 1.96 * stddev_samp(difference) / sqrt(count(*)) as difference_hi,
    case when count(*) < 10 then 'low_support' else 'ok' end as status
from ocean
group by weeks
order by weeks;
