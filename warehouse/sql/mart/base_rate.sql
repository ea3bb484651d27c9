-- mart_base_rate: one row per kind of call and week called: how many of the topics that were tested and not called pass the same rule
insert into mart_base_rate by name
select
    u.week_called, u.call, u.checked_week, count(*) as n_topics,
    count(*) filter (where case
        when u.call = 'fading' then 1.3 * l.x <= u.base_share * l.e
        else l.x >= 1.3 * u.base_share * l.e
    end) as n_right,
    getvariable('run_id') as run_id
from uncalled u
join call_level l
    on l.topic_id = u.topic_id and l.first_week = u.week_called and l.last_week = u.checked_week and not l.is_past
left join call_search h on h.topic_id = u.topic_id and h.first_week = u.week_called and h.last_week = u.checked_week
where l.e > 0 and coalesce(greatest(l.part_lost, h.part_uneven), 0) <= 0.2
group by u.week_called, u.call, u.checked_week
order by u.week_called, u.call;
