-- one row = one video of a platform that is due to be read again, the one that became due last first
with steps as (
    select unnest($ages_seconds::bigint[]) as age_seconds
)
select post_id, max(first_captured_at + to_seconds(age_seconds)) as due_at
from core_posts
cross join steps
where platform = $platform
    and kind = 'video'
    and first_captured_at + to_seconds(age_seconds) <= $now
    -- a reading of a time that is still to come, of a clock that was ahead, says of no step that it was read
    and (captured_at < first_captured_at + to_seconds(age_seconds) or captured_at > $now + interval 1 day)
    and $now < first_captured_at + to_seconds($last_age_seconds)
    -- a video that was found gone has had its reading of that age
    and not exists (
        from rejections
        where rejections.source = core_posts.platform
            and rejections.reason = 'gone'
            and rejections.detail = core_posts.post_id
            and rejections.captured_at >= first_captured_at + to_seconds(age_seconds)
    )
group by post_id
order by due_at desc, post_id
limit $most
