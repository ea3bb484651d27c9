-- no rows: the functions that the marts share
create or replace temp macro shanghai_day(moment) as cast(moment at time zone 'Asia/Shanghai' as date);
create or replace temp macro wilson_lo(hits, n) as
    (hits + 1.9207) / (n + 3.8415) - 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415);
create or replace temp macro wilson_hi(hits, n) as
    (hits + 1.9207) / (n + 3.8415) + 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415);
-- the window of seven days that a day falls into, named by its last day; windows end on the as-of day
create or replace temp macro week_of(day) as
    cast(getvariable('as_of') as date) - cast(date_diff('day', day, cast(getvariable('as_of') as date)) // 7 as integer) * 7;
create or replace temp macro normalise_title(title) as
    regexp_replace(lower(title), 'https?://\S+|[@#＠＃]\S*|[\p{P}\p{S}\p{Z}\p{N}]', '', 'g');
-- two-sided tail of the standard normal, Abramowitz and Stegun 26.2.17, absolute error below 1.5e-7
create or replace temp macro normal_tail(z) as least(1.0, 2 * exp(-z * z / 2) / sqrt(2 * pi()) * (
    0.319381530 / (1 + 0.2316419 * z) - 0.356563782 / pow(1 + 0.2316419 * z, 2) + 1.781477937 / pow(1 + 0.2316419 * z, 3)
    - 1.821255978 / pow(1 + 0.2316419 * z, 4) + 1.330274429 / pow(1 + 0.2316419 * z, 5)
));
-- the band of a price, from 1, by the upper edges of all bands but the highest; one band where there are no edges
create or replace temp macro band_of(price, edges) as
    case when edges is null then 1 else 1 + len(list_filter(edges, lambda edge: edge <= price)) end;
