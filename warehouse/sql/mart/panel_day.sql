-- one row per scope (a platform, or `all`) and day from which another panel of sources holds there: whether it leaves documents out
select scope, first_day, exists (from stray_panel s where s.scope = p.scope and s.first_day = p.first_day) as has_strays
from panel p
order by scope, first_day
