-- no rows: the 95 % Wilson interval of a share; kept in the published file, so that queries of it run in any client
create or replace macro wilson_lo(hits, n) as case when n > 0 then greatest(0,
    (hits + 1.9207) / (n + 3.8415) - 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415)) end;
create or replace macro wilson_hi(hits, n) as case when n > 0 then least(1,
    (hits + 1.9207) / (n + 3.8415) + 1.96 * sqrt(greatest(hits * (n - hits) / n + 0.9604, 0)) / (n + 3.8415)) end;
