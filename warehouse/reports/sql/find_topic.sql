-- one row per topic whose name is or resembles the words given, the closest first
select
    topic_id,
    label,
    topic_kind,
    n_docs,
    topic_id = $name or lower(label) = lower($name) or lower(label_en) = lower($name) as is_same
from mart_topic
where is_same or contains(lower(label), lower($name)) or contains(lower($name), lower(label))
    or contains(lower(label_en), lower($name))
order by is_same desc, topic_id = $name desc, topic_kind = 'word', topic_kind = 'interest', n_docs desc, topic_id
limit 8
