-- one row per day of the changed documents: how many labels they bear
select day, count(*) as n from tag_read group by day order by day;
