-- one row per day on which a document of a topic came: how many
select day, count(*) as n from tag_new group by day order by day;
