-- mart_promotion: one row per shopping promotion and day of its peaks, for which the burst test asks what a whole category did
create or replace table mart_promotion as
with peak as (
    select *
    from (values
        ('womens_day', '38 节', 3, 6, 8), ('618', '618', 5, 31, 31), ('618', '618', 6, 1, 3), ('618', '618', 6, 15, 18),
        ('99', '99 大促', 9, 9, 9), ('double_11', '双11', 10, 31, 31), ('double_11', '双11', 11, 1, 3),
        ('double_11', '双11', 11, 9, 11), ('double_12', '双12', 12, 11, 12)
    ) p(promotion, name_zh, month, first, last)
)
select promotion, name_zh, make_date(year, month, day) as day
from peak, range(2018, 2036) y(year), range(1, 32) d(day)
where day between first and last
order by day;
