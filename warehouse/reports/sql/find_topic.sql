-- one row per topic whose name is or resembles the words given, the closest first; spaces and capitals make no other name
with named as (
    select
        *,
        replace(lower(label), ' ', '') as name,
        replace(lower(label_en), ' ', '') as name_en,
        replace(lower($name), ' ', '') as asked
    from mart_topic
)
select topic_id, label, topic_kind, n_docs, topic_id = $name or name = asked or name_en = asked as is_same
from named
where is_same or contains(name, asked) or contains(asked, name) or contains(name_en, asked)
-- rises are named by their hashtag, so a brief of that name is of the same posts
order by
    is_same desc, topic_id = $name desc, list_position(['tag', 'cluster', 'interest', 'word'], topic_kind), n_docs desc, topic_id
limit 8
