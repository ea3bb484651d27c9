-- one row per platform and day with a document that does not count in the panel over all platforms: how many of them are primary
select s.platform, date_diff('day', $first_day::date, s.day) as day_offset, count(*) filter (where s.is_primary) as n_docs
from stray s
join stray_panel p using (platform, sources)
where p.scope = 'all' and p.first_day = $panel::date
    and s.day between $first_day::date and $as_of::date
group by s.platform, s.day
