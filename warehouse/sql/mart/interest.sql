-- mart_interest: one row per interest of the taxonomy, whether or not any document or offer is of it
create or replace table mart_interest as
select
    'interest:' || code as topic_id,
    zh as label,
    en as label_en,
    split_part(code, '.', 1) as l1,
    case when contains(code, '.') then code end as l2
from taxonomy
order by code;
