-- one row per document that carries the topic or holds the words, in the last days asked for, the most engaged first
with document as (
    select
        'post' as subject_kind, subject_id, platform, kind,
        (coalesce(published_at, first_captured_at) at time zone 'Asia/Shanghai')::date as day,
        coalesce(nullif(title, ''), left(text, 80)) as title,
        left(text, 200) as excerpt,
        url, likes, comments, shares, null::bigint as best_rank,
        concat_ws(' ', title, text) as wording
    from core_posts
    union all
    select
        'board_entry', entry_id, platform, 'board_entry', (first_seen_at at time zone 'Asia/Shanghai')::date,
        title, null, url, null, null, null, best_rank, title
    from core_board_entries
)
select
    platform, kind, day, title, excerpt, url, likes, comments, shares, best_rank,
    -- of all that are found, not of those below
    count(*) over () as n_found
from document d
where day <= $as_of::date and day > $as_of::date - $days::integer
    and ($platform::varchar is null or platform = $platform::varchar)
    and ($words::varchar is null or contains(lower(wording), lower($words::varchar)))
    and (
        $subject::varchar is null
        or exists (
            select 1 from mart_topic_doc t
            where t.topic_id = $subject::varchar and t.subject_kind = d.subject_kind and t.subject_id = d.subject_id
        )
    )
order by coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) desc, best_rank, day desc, subject_id
limit 50
