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
-- rises are named by their hashtag, so a brief of that name is of the same posts
order by
    is_same desc, topic_id = $name desc, list_position(['tag', 'cluster', 'interest', 'word'], topic_kind), n_docs desc, topic_id
limit 8
