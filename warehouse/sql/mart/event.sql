-- burst_candidate: one row per topic near rising, whatever its support, and newborn one that rose: what may tell of one event
create or replace temp table burst_candidate as
select grain, day, panel_first, platform, topic_id, x, is_new, p_value, m_tested
from burst_judged
where level <> 'none' or (not is_new and q_value <= 0.2);

-- burst_overlap: one row per pair of them on the same day that share half of their documents
create or replace temp table burst_overlap as
with said as (
    select f.grain, f.day, f.panel_first, f.platform, f.topic_id, d.subject_id
    from burst_candidate f
    join mart_topic_doc d
        on d.topic_id = f.topic_id and (f.platform = 'all' or d.platform = f.platform)
        and d.day <= f.day and d.day > f.day - case f.grain when 'w' then 7 else 3 end
    left join (select * exclude (platform) from stray join stray_panel using (platform, sources)) s
        on s.scope = f.platform and s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
        and greatest(f.day, f.panel_first) between s.first_day and s.last_day
    where d.is_primary and s.subject_id is null
),
sized as (
    select grain, day, panel_first, platform, topic_id, count(*) as n from said group by all
),
shared as (
    select a.grain, a.day, a.panel_first, a.platform, a.topic_id as topic_a, b.topic_id as topic_b, count(*) as n
    from said a
    join said b using (grain, day, panel_first, platform, subject_id)
    where a.topic_id < b.topic_id
    group by all
)
select s.grain, s.day, s.panel_first, s.platform, s.topic_a, s.topic_b
from shared s
join sized a
    on a.grain = s.grain and a.day = s.day and a.panel_first = s.panel_first and a.platform = s.platform and a.topic_id = s.topic_a
join sized b
    on b.grain = s.grain and b.day = s.day and b.panel_first = s.panel_first and b.platform = s.platform and b.topic_id = s.topic_b
where tell_of_one_event(s.topic_a, s.topic_b, a.n, b.n, s.n)
order by all;
