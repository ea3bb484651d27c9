-- one pending subject of the batch with its text
select subject_kind, subject_id, text
from pending_texts
where position >= $first and position < $past
order by position
