-- one row per synthetic post, and one per label of it: five mentions a post, topics as uneven as words are, drawn by a seeded hash
insert into core_posts by name
select
    'douyin' as platform, 'p' || n as post_id, 'video' as kind, '第' || n || '条' || md5(n::varchar)[:8] as title, '' as text,
    []::varchar[] as hashtags, md5((n % (1 + $posts // 3))::varchar) || md5('a' || n % (1 + $posts // 3)) as author_key,
    moment as published_at, moment + interval 1 hour as captured_at, []::varchar[] as floor_counts, 'synthetic' as run_id,
    'douyin:p' || n as subject_id, moment + interval 1 hour as first_captured_at, 1 as observations,
    hash(n, $seed, 9) % 1000 as likes
from (
    select
        range as n,
        timestamptz '2026-01-01 00:00:00+08' + to_seconds(
            floor($first_day * 86400 + (hash(range, $seed, 0) % 1000000007) / 1000000007.0 * $days * 86400)
        ) as moment
    from range($first, $past)
);
insert into core_annotations by name
with drawn as (
    select range as n, hash(range, $seed, 1) % 160 as l2, unnest([2, 3, 4]) as which from range($first, $past)
)
select
    'post' as subject_kind, 'douyin:p' || n as subject_id, tagger, '1' as tagger_version, label, 0.9 as score
from (
    select n, 'interests' as tagger, lpad((1 + l2 // 8)::varchar, 2, '0') as label from drawn where which = 2
    union all
    select n, 'interests', lpad((1 + l2 // 8)::varchar, 2, '0') || '.0' || (1 + l2 % 8) from drawn where which = 2
    union all
    select
        n, case which when 2 then 'hashtags' else 'keywords' end,
        'w' || which || '-' || floor(20000 * pow((hash(n, $seed, which) % 1000000007) / 1000000007.0, 3))::bigint
    from drawn
);
insert into changed_subjects select 'post', 'douyin:p' || range from range($first, $past);
