-- one row per title new on a board, with the probability that it reaches the top ten, most probable first
select *
from mart_breakout
limit 100
