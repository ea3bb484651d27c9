-- one row per day from which another panel of sources holds on the platform, oldest first
select first_day
from panel
where scope = $platform and first_day > $tested_from::date
order by first_day
