-- one row per platform, topic (null: all documents), day and half of the authors: its primary documents of the last months
with said as (
    select distinct
        platform, topic_id, subject_id, day,
        -- the last letter of a keyed hash is odd or even by chance
        ascii(right(author_key, 1)) % 2 = 1 as is_odd
    from mart_topic_doc
    where is_primary and author_key is not null and day > (select as_of from mart_run) - 90
)
select platform, topic_id, day, is_odd, count(*) as n_docs
from said
group by all
union all
select platform, null, day, is_odd, count(distinct subject_id)
from said
group by platform, day, is_odd
