-- one row per tag, word or cluster of a second-level interest, with a number for the interest
select topic_id, dense_rank() over (order by l2) - 1 as home
from mart_topic
where topic_kind <> 'interest' and l2 is not null
