"""Douyin's `aweme` objects in, posts out."""

from __future__ import annotations

from spiders.captions import extract_hashtags
from spiders.fields import (
    pick,
    pick_list,
    read_code,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    require_id,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import Post


def read_aweme(item: Json, page: Page, platform: Platform) -> Post:
    """A video or note as Douyin's answers and pages hold it; play_count 0 means it is not told."""
    aweme_id = require_id(pick(item, "aweme_id"))
    plays = pick(item, "statistics", "play_count")
    caption = read_text(pick(item, "desc") or pick(item, "caption") or pick(item, "preview_title"))
    is_note = bool(pick(item, "images")) or read_code(pick(item, "aweme_type")) == 68
    named = [read_name(pick(extra, "hashtag_name")) for extra in pick_list(item, "text_extra")]
    written = extract_hashtags(caption, paired=False)
    return Post(
        **platform.stamp(page),
        post_id=aweme_id,
        kind="note" if is_note else "video",
        url=f"https://www.douyin.com/{'note' if is_note else 'video'}/{aweme_id}",
        title=read_title(pick(item, "item_title")),
        text=caption,
        hashtags=tuple(dict.fromkeys(tag for tag in [*named, *written] if tag)),
        author_key=platform.author_key(
            read_id(pick(item, "author", "sec_uid") or pick(item, "author", "uid"))
        ),
        **read_published(pick(item, "create_time"), page.captured_at),
        **read_counts(
            {
                "views": None if read_code(plays) == 0 else plays,
                "likes": pick(item, "statistics", "digg_count"),
                "comments": pick(item, "statistics", "comment_count"),
                "shares": pick(item, "statistics", "share_count"),
                "collects": pick(item, "statistics", "collect_count"),
                "danmaku": pick(item, "danmaku_control", "danmaku_cnt"),
            }
        ),
    )
