-- no rows: the 95 % Wilson interval of a share, and the tail of a normal; kept in the published file, so that queries of it run in any client
create or replace macro wilson_lo(hits, n) as case when n > 0 then greatest(0,
    (hits + 1.9207) / (n + 3.8415) - 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415)) end;
create or replace macro wilson_hi(hits, n) as case when n > 0 then least(1,
    (hits + 1.9207) / (n + 3.8415) + 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415)) end;
-- two-sided tail of the standard normal, Abramowitz and Stegun 26.2.17, absolute error below 1.5e-7
create or replace macro normal_tail(z) as least(1.0, 2 * exp(-z * z / 2) / sqrt(2 * pi()) * (
    0.319381530 / (1 + 0.2316419 * z) - 0.356563782 / pow(1 + 0.2316419 * z, 2) + 1.781477937 / pow(1 + 0.2316419 * z, 3)
    - 1.821255978 / pow(1 + 0.2316419 * z, 4) + 1.330274429 / pow(1 + 0.2316419 * z, 5)
));
-- its lower tail
create or replace macro lower_tail(z) as case when z < 0 then normal_tail(-z) / 2 else 1 - normal_tail(z) / 2 end;
