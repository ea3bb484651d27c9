-- one row per document behind the topic's numbers on the days and platform asked for, most engaged first
select
    d.topic_id,
    d.subject_id,
    d.subject_kind,
    d.platform,
    d.day,
    d.title,
    d.url,
    d.is_primary,
    p.likes,
    p.comments,
    p.shares,
    p.views,
    b.best_rank,
    b.max_heat,
    count(*) over () as n_found
from mart_topic_doc d
left join core_posts p on d.subject_kind = 'post' and p.subject_id = d.subject_id
left join core_board_entries b on d.subject_kind = 'board_entry' and b.entry_id = d.subject_id
where d.topic_id = $topic and d.day > $last_day::date - $days::integer and d.day <= $last_day::date
    and ($platform = 'all' or d.platform = $platform)
order by d.is_primary desc, d.title is null, d.day desc, coalesce(p.likes, 0) + coalesce(p.comments, 0) desc, b.best_rank nulls last,
    d.subject_id
limit $limit offset $offset
