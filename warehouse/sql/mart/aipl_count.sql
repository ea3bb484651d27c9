-- aipl_count: one row per week, platform and topic: its authors by the highest stage they show, with the prior added, in the 28 days that end
-- with the week where the seven have too few
create or replace temp table aipl_count as
with cue as (
    select subject_id, label, any_value(tagger_version) as lex_ver
    from core_annotations
    where subject_kind = 'post' and tagger = 'intent' and label in ('A', 'I', 'P', 'L', 'DROP')
    group by all
),
cued_topic as (
    -- most topics of a long tail have no such word in any text, and give no row
    select distinct v.topic_id from topic_voice v join cue c using (subject_id)
),
weekly as (
    select
        week_of(v.day) as week, v.platform, v.topic_id, v.author,
        max(case c.label when 'A' then 1 when 'I' then 2 when 'P' then 3 when 'L' then 4 end) as step,
        bool_or(c.label = 'DROP') as dropped, count(distinct v.subject_id) as n_docs,
        max(c.lex_ver) as lex_ver
    from topic_voice v
    semi join cued_topic using (topic_id)
    left join cue c using (subject_id)
    group by all
),
month_topic as (
    -- topics whose 28 days may speak for a week, or are part of a prior
    select topic_id from weekly where step is not null or dropped group by topic_id having count(*) >= 100
    union
    select topic_id from mart_topic where topic_kind = 'interest' and not contains(topic_id, '.')
),
stage as (
    -- the highest stage of an author counts, as on Alibaba's ladder; turning away is counted beside it
    select
        w.week, w.window_days, platform, topic_id, author,
        max(step) as step, bool_or(dropped) as dropped, sum(n_docs) as n_docs, max(lex_ver) as lex_ver
    from (
        select *, unnest(case when m.topic_id is null then windows_of(week)[:1] else windows_of(week) end) as w
        from weekly
        left join month_topic m using (topic_id)
    )
    group by all
),
counted as (
    select
        week, window_days, coalesce(platform, 'all') as platform, topic_id,
        count(distinct author) as n_authors,
        count(distinct author) filter (where step is not null or dropped) as n_cued,
        count(distinct author) filter (where step is not null) as n_staged,
        count(*) filter (where step = 1) as n_a, count(*) filter (where step = 2) as n_i,
        count(*) filter (where step = 3) as n_p, count(*) filter (where step = 4) as n_l,
        count(*) filter (where dropped) as n_drop, sum(n_docs)::bigint as n_docs,
        max(lex_ver) as lex_ver
    from stage
    group by grouping sets ((week, window_days, platform, topic_id), (week, window_days, topic_id))
    having n_cued > 0
),
prior as (
    -- ten imagined speakers who are spread as the whole first level is
    select
        c.week, c.window_days, c.platform, t.l1,
        10 * (sum(n_a) + 1) / (sum(n_a + n_i + n_p + n_l) + 4) as a,
        10 * (sum(n_i) + 1) / (sum(n_a + n_i + n_p + n_l) + 4) as i,
        10 * (sum(n_p) + 1) / (sum(n_a + n_i + n_p + n_l) + 4) as p,
        10 * (sum(n_l) + 1) / (sum(n_a + n_i + n_p + n_l) + 4) as l
    from counted c
    join mart_topic t using (topic_id)
    where t.topic_kind = 'interest' and not contains(t.topic_id, '.')
    group by all
),
windowed as (
    select *
    from counted
    where window_days = 7 or n_staged >= 100
    qualify row_number() over (partition by week, platform, topic_id order by n_staged < 100, window_days) = 1
)
select
    c.week, c.platform, c.topic_id, c.window_days, c.n_docs, c.n_authors, c.n_cued, c.n_staged, c.n_drop, c.lex_ver,
    n_a + coalesce(r.a, 2.5) as a, n_i + coalesce(r.i, 2.5) as i, n_p + coalesce(r.p, 2.5) as p, n_l + coalesce(r.l, 2.5) as l
from windowed c
join mart_topic t using (topic_id)
left join prior r on r.week = c.week and r.window_days = c.window_days and r.platform = c.platform and r.l1 = t.l1
order by c.week, c.platform, c.topic_id;
