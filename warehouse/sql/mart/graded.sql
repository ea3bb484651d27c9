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
    null, null, null, false, reached_top, null
from (
    select *
    from mart_breakout_score
    where is_call
    qualify row_number() over (partition by platform, board, title order by captured_at) = 1
);
