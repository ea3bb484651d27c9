-- one row per aspect of the topic with thirty opinions or more: how people judge it
select aspect, nullif(window_days, 7) as window_days, n_pos, n_neg, nsr, lo, hi, top_phrase
from mart_aspect_sentiment
where platform = 'all' and topic_id = $subject and n_pos + n_neg >= 30
    and week <= $as_of::date and week > $as_of::date - 14
qualify week = max(week) over ()
order by n_pos + n_neg desc, aspect
limit 10
