-- one row per aspect that at least 30 texts of the newest week judge: its net sentiment
select aspect, n_pos, n_neg, n_pos + n_neg as n_polar, nsr, lo, hi, top_phrase
from mart_aspect_sentiment
where topic_id = $topic and platform = 'all' and week <= $as_of::date and week > $as_of::date - 14
    and n_pos + n_neg >= 30
qualify week = max(week) over ()
order by n_polar desc, aspect
