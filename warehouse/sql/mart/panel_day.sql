-- one row per day from which another panel of sources holds on the platform, oldest first
select distinct entry_day
from stray
where scope = $platform and entry_day > $tested_from::date and entry_day <= $as_of::date
order by entry_day
