-- mart_scorecard: one row per call and week since: how it stands, and whether that makes the call right
create or replace temp table call_count as
select
    c.*, n.x as x_now, n.e as e_now, p.x as x_then, p.e as e_then,
    -- where a fifth of what a level was taken from is read no more, or was searched for otherwise, the rest cannot stand above or below it
    coalesce(greatest(n.part_lost, p.part_lost, h.part_uneven) > 0.2, false) as is_unlike
from call_check c
left join call_level n
    on n.topic_id = c.topic_id and n.first_week = c.week_called and n.last_week = c.checked_week and not n.is_past
left join call_search h on h.topic_id = c.topic_id and h.first_week = c.week_called and h.last_week = c.checked_week
left join call_level p
    on p.topic_id = c.topic_id and p.first_week = c.week_called - c.shift_days::integer
    and p.last_week = c.checked_week - c.shift_days::integer and p.is_past and c.call = 'seasonal';

create or replace temp table voice_count as
select c.week_called, c.checked_week, c.topic_id, count(distinct coalesce(d.author_key, d.subject_id)) as n_authors
from call_check c
join mart_topic_doc d on d.topic_id = c.topic_id and d.day between c.checked_week - 6 and c.checked_week and not d.is_ad
where c.call = 'new'
    and not exists (
        select 1
        from call_stray s
        join call_out o using (platform, sources)
        where s.subject_kind = d.subject_kind and s.subject_id = d.subject_id
            and o.first_week = c.week_called and o.last_week = c.checked_week and not o.is_past
    )
group by all;

-- leads: part of the stories of the seven days whose order can be told that the platform called first had first
create or replace temp table lead_grade as
select
    c.week_called, c.checked_week, c.topic_id,
    avg((s.order_call = case when c.topic_id = 'platforms:' || s.platform_a || '>' || s.platform_b then 'a_first' else 'b_first' end)::int)
        as share,
    count(*) as n
from call_check c
join story_order s
    on c.topic_id in ('platforms:' || s.platform_a || '>' || s.platform_b, 'platforms:' || s.platform_b || '>' || s.platform_a)
    and shanghai_day(s.first_a) between c.checked_week - 6 and c.checked_week
where c.call = 'lead' and s.order_call in ('a_first', 'b_first')
group by all;

insert into mart_scorecard by name
select
    c.week_called, c.topic_id, c.call, c.checked_week,
    case when c.call in ('rising', 'rising_day', 'seasonal') and e_now > 0 and not is_unlike then x_now >= 1.3 * base_share * e_now end
        as still_above_base,
    case
        when c.call = 'blue_ocean' then exp(s.difference)
        when c.call = 'lead' then l.share
        when e_now > 0 and base_share > 0 and not is_unlike then x_now / (base_share * e_now)
    end as ratio_now,
    case when c.call = 'lead' then l.n when c.call = 'blue_ocean' then null else x_now end::bigint as n_docs,
    c.ratio as ratio_called, c.q_value as q_called, c.is_retrospective,
    case
        when is_unlike then null
        when c.call in ('rising', 'rising_day') then case when e_now > 0 then x_now >= 1.3 * base_share * e_now end
        when c.call = 'new' then case when e_now > 0 then x_now >= 10 and v.n_authors >= 5 end
        when c.call = 'fading' then case when e_now > 0 then 1.3 * x_now <= base_share * e_now end
        when c.call = 'seasonal' then case
            when e_now > 0 and e_then > 0
                then (x_now >= 1.3 * base_share * e_now) = (x_then >= 1.3 * base_share_past * e_then)
        end
        when c.call = 'blue_ocean' then s.difference > 0
        when c.call = 'lead' then case when l.n >= 10 then l.share > 0.5 end
    end as is_right,
    case when is_unlike then 'low_coverage' when is_right is not null then 'ok' end as status,
    c.metric_ver
from call_count c
left join voice_count v on v.topic_id = c.topic_id and v.week_called = c.week_called and v.checked_week = c.checked_week
left join mart_opportunity_score s
    on c.call = 'blue_ocean' and s.topic_id = c.topic_id and s.period = c.week_called
    and c.checked_week = s.period + 7 * s.weeks::integer
left join lead_grade l on l.topic_id = c.topic_id and l.week_called = c.week_called and l.checked_week = c.checked_week
order by c.week_called, c.call, c.topic_id, c.checked_week;
