"""Kuaishou's answers (GraphQL, REST, live profile) that a user's browser had, in; videos and comments out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from spiders.captions import extract_hashtags
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import (
    pick,
    pick_list,
    read_code,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    require_id,
)
from spiders.nested import find_items
from spiders.page import Json, Page
from spiders.platform import Parsed, Platform
from warehouse.records import Post

BLOCK_RESULTS = {2, 50, 109, 2001, 400002}
VIDEO_MEMBERS = ("feeds", "visionVideoDetail", "list")
COMMENT_MEMBERS = ("rootComments", "rootCommentsV2", "subComments", "subCommentsV2")


def parse_payload(page: Page, platform: Platform) -> Iterator[Parsed]:
    """Videos and comments of an answer; errors as Platform.parse."""
    answer = _open_answer(page)
    comments = find_items(answer, *COMMENT_MEMBERS)
    if comments is not None:
        yield from platform.read_each(page, "posts", list_comments(comments), read_comment, platform)
        return
    videos = find_items(answer, *VIDEO_MEMBERS)
    if videos is None and pick(answer, "photo") is not None:
        videos = [answer]
    if videos is None:
        raise PageChanged("data.vision*.feeds, visionVideoDetail or rootComments", page.url)
    yield from platform.read_each(page, "posts", videos, read_video, platform)


def read_video(item: Json, page: Page, platform: Platform) -> Post:
    """A feed item or a video's detail: `{photo, author, tags}`, or both in one as live profiles have it."""
    photo = pick(item, "photo") if isinstance(pick(item, "photo"), dict) else item
    author = pick(item, "author") or pick(photo, "author")
    photo_id = require_id(pick(photo, "id") or pick(photo, "photoId"))
    caption = read_text(pick(photo, "caption") or pick(photo, "originCaption"))
    tags = (read_name(pick(tag, "name")) for tag in pick_list(item, "tags"))
    likes = pick(photo, "realLikeCount")
    named = [tag.strip("# ") for tag in tags if tag]
    return Post(
        **platform.stamp(page),
        post_id=photo_id,
        kind="video",
        url=f"https://www.kuaishou.com/short-video/{quote(photo_id)}",
        text=caption,
        hashtags=tuple(
            dict.fromkeys(tag for tag in [*extract_hashtags(caption, paired=False), *named] if tag)
        ),
        author_key=platform.author_key(read_id(pick(author, "id"))),
        **read_published(pick(photo, "timestamp"), page.captured_at),
        **read_counts(
            {
                "views": pick(photo, "viewCount"),
                "likes": pick(photo, "likeCount") if likes is None else likes,
                "comments": pick(photo, "commentCount"),
            }
        ),
    )


def list_comments(items: list[Json]) -> list[Json]:
    """Comments with those under them."""
    nested = [reply for item in items for name in COMMENT_MEMBERS[2:] for reply in pick_list(item, name)]
    return [*items, *nested]


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A comment of GraphQL (camelCase) or REST (snake_case)."""
    likes, asked = pick(item, "realLikedCount"), parse_qs(urlsplit(page.url).query)
    if likes is None:
        likes = _either(item, "likedCount", "likeCount")
    return Post(
        **platform.stamp(page),
        post_id=require_id(_either(item, "commentId", "comment_id")),
        kind="comment",
        parent_id=read_id(_either(item, "photoId", "photo_id")) or asked.get("photoId", [None])[0],
        text=read_text(pick(item, "content")),
        author_key=platform.author_key(read_id(_either(item, "authorId", "author_id"))),
        **read_published(pick(item, "timestamp"), page.captured_at),
        **read_counts({"likes": likes, "comments": _either(item, "subCommentCount", "commentCount")}),
    )


def _either(item: Json, one: str, other: str) -> Json:
    found = pick(item, one)
    return pick(item, other) if found is None else found


def _open_answer(page: Page) -> Json:
    answer = page.json()
    levels: list[Any] = [answer, pick(answer, "data")]
    operations = list(levels[1].values()) if isinstance(levels[1], dict) else []
    for level in [*levels, *operations]:
        result = read_code(pick(level, "result"))
        if result in BLOCK_RESULTS or pick(level, "captchaConfig"):
            raise Blocked(f"result {result}", page.url)
        if result not in (None, 1):
            raise SourceFailed(f"result {result}", page.url)
    if pick(answer, "errors") or (operations and all(operation is None for operation in operations)):
        raise Blocked("a query that was not answered", page.url)
    return answer
