"""Videos as TikTok's Research API writes them in; posts out."""

from __future__ import annotations

from spiders.captions import extract_hashtags
from spiders.fields import (
    pick,
    pick_list,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    require_id,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import Post


def read_video(item: Json, page: Page, platform: Platform) -> Post:
    """One video -> a post; its address does not tell the author."""
    video_id = require_id(pick(item, "id"))
    text = read_text(pick(item, "video_description"))
    named = (read_name(name) for name in pick_list(item, "hashtag_names"))
    return Post(
        **platform.stamp(page),
        post_id=video_id,
        kind="video",
        url=f"https://www.tiktok.com/@/video/{video_id}",
        text=text,
        hashtags=tuple(
            dict.fromkeys([*(name for name in named if name), *extract_hashtags(text, paired=False)])
        ),
        author_key=platform.author_key(read_id(pick(item, "username"))),
        **read_published(pick(item, "create_time"), page.captured_at),
        query=page.context.get("query"),
        **read_counts(
            {
                "views": pick(item, "view_count"),
                "likes": pick(item, "like_count"),
                "comments": pick(item, "comment_count"),
                "shares": pick(item, "share_count"),
                "collects": pick(item, "favorites_count"),
            }
        ),
    )
