-- past_gap: one row per scope (a platform, or `all`), earlier week and source that did not count in it, though another did
create or replace temp table past_gap as
with counted as (
    select unnest([platform, 'all']) as scope, unnest([counts_from, counts_from_all]) as counts_from, platform, source, counts_until
    from mart_source_panel
),
placed as (
    select
        c.scope, w.past_week, c.platform, c.source,
        bool_or(w.past_week between c.counts_from and coalesce(c.counts_until, date '9999-12-31')) as does_count
    from counted c
    cross join (select distinct past_week from past_window) w
    where c.scope in (select platform from past_topic)
    group by all
)
select scope, past_week, platform, source
from placed
qualify not does_count and bool_or(does_count) over (partition by scope, past_week);
