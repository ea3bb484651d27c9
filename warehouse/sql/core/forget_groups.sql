-- core_text_groups, text_bands: nothing of a platform with a post that ever said something else: which of its copies is the
-- first, and which are copies at all, may be known of what it said then
create or replace temp table reworded_platforms as
select distinct platform
from (
    select platform
    from raw_posts
    group by platform, post_id
    having min(hash(title, text, hashtags)) <> max(hash(title, text, hashtags))
);

delete from core_text_groups where platform in (select platform from reworded_platforms);
delete from text_bands where platform in (select platform from reworded_platforms);

drop table reworded_platforms;
