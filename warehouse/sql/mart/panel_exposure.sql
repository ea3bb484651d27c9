-- one row per day of one platform with a stray document of the panel: how many those are
select date_diff('day', $first_day::date, s.day) as day_offset, count(*) filter (where s.is_primary) as n_docs
from stray s
join stray_panel p using (platform, sources)
where p.scope = $platform and p.first_day = $panel::date
    and s.day between $first_day::date and $as_of::date
group by s.day
