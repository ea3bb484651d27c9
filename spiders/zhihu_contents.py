"""Zhihu's questions, answers, articles, videos, pins and comments in; posts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spiders.errors import BadValue
from spiders.fields import (
    pick,
    pick_first,
    pick_list,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_title,
    require_id,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.rich_text import read_rich_text
from spiders.zhihu_boards import read_author
from warehouse.records import Post, PostKind

KINDS: dict[str, PostKind] = {
    "question": "question",
    "answer": "answer",
    "article": "article",
    "zvideo": "video",
    "pin": "note",
}
ENTITIES = {
    "questions": "question",
    "answers": "answer",
    "articles": "article",
    "zvideos": "zvideo",
    "pins": "pin",
}
_COMMENTED = re.compile(r"/(?:questions|answers|articles|zvideos|pins)/(\d+)/")


class CommentGone(BadValue):
    """A comment of which only its place is left."""

    reason = "gone"


def list_entities(entities: Json) -> Iterator[dict[str, Any]]:
    """Contents in a page's `entities`, with their types written in."""
    for name, kind in ENTITIES.items():
        members = pick(entities, name)
        for member_id, member in members.items() if isinstance(members, dict) else []:
            if isinstance(member, dict):
                yield {"id": member_id, **member, "type": kind}


def list_contents(items: list[Json]) -> Iterator[Json]:
    """Contents of feed cards or search results; cards of other things (people, adverts) are left."""
    for item in items:
        inner = pick_first(item, "object", "target")
        content = inner if isinstance(inner, dict) else item
        kind = pick(content, "type")
        if isinstance(kind, str) and kind in KINDS:
            shown = pick(item, "highlight", "title")
            yield content if shown is None or inner is None else {"highlight_title": shown, **content}
        elif kind is None and pick_first(content, "voteup_count", "voteupCount") is not None:
            yield {**content, "type": "answer" if isinstance(pick(content, "question"), dict) else "article"}


def read_content(item: Json, page: Page, platform: Platform) -> Post:
    """A content with its `type` -> a post."""
    kind = str(pick(item, "type"))
    content_id, question = require_id(pick(item, "id")), pick(item, "question")
    question_id = read_id(pick(question, "id")) if kind == "answer" else None
    title = pick_first(item, "title", "name", "highlight_title")
    if kind == "answer":
        title = pick_first(question, "title", "name") or title
    comments = pick_first(item, "comment_count", "commentCount")
    if kind == "question":
        comments = pick_first(item, "answer_count", "answerCount")
    followed = (
        ("follower_count", "followerCount") if kind == "question" else ("favlists_count", "favlistsCount")
    )
    topics = (read_name(pick(topic, "name")) for topic in pick_list(item, "topics"))
    return Post(
        **platform.stamp(page),
        post_id=content_id,
        kind=KINDS[kind],
        parent_id=question_id,
        url=_make_url(kind, content_id, question_id),
        title=read_title(title),
        text=_read_body(item),
        hashtags=tuple(dict.fromkeys(topic for topic in topics if topic)),
        author_key=platform.author_key(read_author(pick(item, "author"))),
        **read_published(
            pick_first(
                item, "created_time", "createdTime", "created", "published_at", "publishedAt", "created_at"
            ),
            page.captured_at,
        ),
        **read_counts(
            {
                "views": pick_first(item, "visit_count", "visitCount", "play_count", "playCount"),
                "likes": pick_first(
                    item, "voteup_count", "voteupCount", "liked_count", "likedCount", "like_count"
                ),
                "comments": comments,
                "shares": pick_first(item, "repin_count", "repinCount"),
                "collects": pick_first(item, *followed),
            }
        ),
    )


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A comment, or one under it; CommentGone when it was deleted."""
    comment_id = require_id(pick(item, "id"))
    if pick(item, "is_delete") is True or pick(item, "isDelete") is True:
        raise CommentGone("a comment that was deleted", comment_id)
    under = _COMMENTED.search(page.url)
    return Post(
        **platform.stamp(page),
        post_id=comment_id,
        kind="comment",
        parent_id=under[1] if under else read_id(pick(item, "resource_id")),
        text=read_rich_text(pick(item, "content")),
        author_key=platform.author_key(read_author(pick(item, "author"))),
        **read_published(pick_first(item, "created_time", "createdTime"), page.captured_at),
        **read_counts(
            {
                "likes": pick_first(item, "like_count", "likeCount", "vote_count"),
                "comments": pick_first(item, "child_comment_count", "childCommentCount"),
            }
        ),
    )


def _read_body(item: Json) -> str:
    body = pick_first(item, "content", "detail", "content_html", "contentHtml", "description", "excerpt")
    if isinstance(body, list):
        body = "\n".join(str(part["content"]) for part in body if isinstance(pick(part, "content"), str))
    return read_rich_text(body) or read_rich_text(pick_first(item, "excerpt", "excerptTitle"))


def _make_url(kind: str, content_id: str, question_id: str | None) -> str:
    if kind == "answer" and question_id:
        return f"https://www.zhihu.com/question/{question_id}/answer/{content_id}"
    if kind == "article":
        return f"https://zhuanlan.zhihu.com/p/{content_id}"
    return f"https://www.zhihu.com/{kind}/{content_id}"
