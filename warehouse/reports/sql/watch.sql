-- one row per group of the watch list: texts that met it in the period and the period before, and where
with counted as (
    select
        group_no,
        count(*) filter (where day > $as_of::date - $days::integer) as n_texts,
        count(*) filter (where day <= $as_of::date - $days::integer and day > $as_of::date - 2 * $days::integer) as n_before,
        count(*) filter (where day > $as_of::date - $days::integer and subject_kind = 'post' and kind <> 'comment') as n_posts,
        count(*) filter (where day > $as_of::date - $days::integer and kind = 'comment') as n_comments,
        count(*) filter (where day > $as_of::date - $days::integer and subject_kind = 'board_entry') as n_lines,
        count(*) filter (where day > $as_of::date - $days::integer and subject_kind = 'listing') as n_offers,
        nullif(count(distinct platform) filter (where day > $as_of::date - $days::integer), 0) as n_platforms
    from mart_watch_match
    where day <= $as_of::date
    group by group_no
),
words as (
    select group_no, list(word order by n desc, word)[1:5] as top_words
    from (
        select group_no, word, count(*) as n
        from (
            select group_no, unnest(terms) as word
            from mart_watch_match
            where day <= $as_of::date and day > $as_of::date - $days::integer
        )
        group by group_no, word
    )
    group by group_no
)
select
    'watch:' || g.group_no as topic_id,
    g.group_no,
    g.group_name as label,
    coalesce(c.n_texts, 0) as n_texts,
    -- 28 days are searched
    case when 2 * $days::integer <= 28 then coalesce(c.n_before, 0) end as n_before,
    coalesce(c.n_posts, 0) as n_posts,
    coalesce(c.n_comments, 0) as n_comments,
    coalesce(c.n_lines, 0) as n_lines,
    coalesce(c.n_offers, 0) as n_offers,
    c.n_platforms,
    w.top_words
from mart_watch_group g
left join counted c on c.group_no = g.group_no
left join words w on w.group_no = g.group_no
order by n_texts desc, g.group_no
