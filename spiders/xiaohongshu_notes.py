"""Xiaohongshu's notes and comments, of interfaces (snake_case) and page state (camelCase), in; posts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parsel import Selector

from spiders.captions import extract_hashtags
from spiders.errors import MissingField
from spiders.fields import (
    pick,
    pick_first,
    pick_list,
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

NOTE_ID = re.compile(r"/(?:explore|discovery/item|search_result|item)/([0-9a-f]{24})")
MAX_DEPTH = 60
_TITLE_END = re.compile(r"\s*-\s*小红书\s*$")


def open_refs(value: Json, depth: int = 0) -> Json:
    """State whose values may be Vue's refs (`{_rawValue, _value, dep}`) -> the same with plain values."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [open_refs(member, depth + 1) for member in value]
    if not isinstance(value, dict):
        return value
    if "_rawValue" in value or ("_value" in value and "dep" in value):
        inner = value.get("_rawValue")
        return open_refs(value.get("_value") if inner is None else inner, depth + 1)
    return {name: open_refs(member, depth + 1) for name, member in value.items()}


def list_notes(items: list[Json]) -> Iterator[Json]:
    """Items that are notes; suggestions of searches between them are none."""
    for item in items:
        if pick(item, "model_type") in (None, "note") and pick(item, "modelType") in (None, "note"):
            yield item


def read_note(item: Json, page: Page, platform: Platform) -> Post:
    """A note: of a search, feed or profile, of a page's state, or as find_shown_note found it."""
    card = pick_first(item, "note_card", "noteCard", "note")
    card = card if isinstance(card, dict) else item
    acts, user = pick_first(card, "interact_info", "interactInfo"), pick(card, "user")
    note_id = require_id(pick_first(card, "note_id", "noteId") or pick_first(item, "note_id", "noteId", "id"))
    if (
        user is None
        and acts is None
        and pick_first(card, "title", "display_title", "displayTitle", "desc") is None
    ):
        raise MissingField("a note of which only the id is there", note_id)
    text = read_text(pick(card, "desc"))
    tags = (
        read_name(pick(tag, "name"))
        for tag in [*pick_list(card, "tag_list"), *pick_list(card, "tagList")]
        if pick(tag, "type") in (None, "topic", "topic_page")
    )
    written = extract_hashtags(text, paired=False)
    return Post(
        **platform.stamp(page),
        post_id=note_id,
        kind="video" if pick(card, "type") == "video" else "note",
        url=f"https://www.xiaohongshu.com/explore/{note_id}",
        title=read_title(pick_first(card, "title", "display_title", "displayTitle")),
        text=text,
        hashtags=tuple(dict.fromkeys(tag for tag in [*tags, *written] if tag)),
        author_key=platform.author_key(read_id(pick_first(user, "user_id", "userId"))),
        **read_published(_find_time(card), page.captured_at),
        **read_counts(
            {
                "likes": pick_first(acts, "liked_count", "likedCount"),
                "comments": pick_first(acts, "comment_count", "commentCount"),
                "shares": pick_first(acts, "share_count", "shareCount", "shared_count"),
                "collects": pick_first(acts, "collected_count", "collectedCount"),
            }
        ),
    )


def list_comments(items: list[Json]) -> list[Json]:
    """Comments, each followed by those under it, which learn the note's id from it; each id once."""
    found: dict[str, Json] = {}
    for item in items:
        note = {"note_id": pick_first(item, "note_id", "noteId")}
        nested = pick_first(item, "sub_comments", "subComments")
        for comment in [item, *(nested if isinstance(nested, list) else [])]:
            known = {**note, **comment} if isinstance(comment, dict) else comment
            found.setdefault(str(pick(comment, "id") or f"unnamed {len(found)}"), known)
    return list(found.values())


def read_comment(item: Json, page: Page, platform: Platform, note_id: str | None = None) -> Post:
    """A comment, or one under it."""
    user = pick_first(item, "user_info", "userInfo", "user")
    asked = parse_qs(urlsplit(page.url).query).get("note_id", [None])[0]
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "id")),
        kind="comment",
        parent_id=read_id(pick_first(item, "note_id", "noteId")) or note_id or asked,
        text=read_text(pick(item, "content")),
        author_key=platform.author_key(read_id(pick_first(user, "user_id", "userId"))),
        **read_published(pick_first(item, "create_time", "createTime"), page.captured_at),
        **read_counts(
            {
                "likes": pick_first(item, "like_count", "likeCount"),
                "comments": pick_first(item, "sub_comment_count", "subCommentCount"),
            }
        ),
    )


def find_shown_note(page: Page) -> dict[str, Any] | None:
    """A note as its page shows it or as OpenGraph tells it, in the state's members; None without one."""
    selector = Selector(page.text, type="html")
    graph = {
        meta.attrib.get("property") or meta.attrib.get("name", ""): meta.attrib.get("content", "")
        for meta in reversed(selector.css("meta[content]"))
    }
    linked = selector.css("link[rel=canonical]::attr(href)").get() or graph.get("og:url") or ""
    found = NOTE_ID.search(page.url) or NOTE_ID.search(linked)
    title = _show(selector, "#detail-title") or _TITLE_END.sub("", graph.get("og:title", ""))
    text = _show(selector, "#detail-desc") or graph.get("og:description", "")
    if found is None or not (title or text):
        return None
    return {
        "noteId": found[1],
        "title": title,
        "desc": text,
        "type": "video" if graph.get("og:videotime") or graph.get("og:type") == "video" else "normal",
        "time": _show(selector, ".date") or None,
        "interactInfo": {
            "likedCount": _show(selector, ".like-wrapper .count") or graph.get("og:xhs:note_like"),
            "collectedCount": _show(selector, ".collect-wrapper .count") or graph.get("og:xhs:note_collect"),
            "commentCount": _show(selector, ".chat-wrapper .count") or graph.get("og:xhs:note_comment"),
        },
    }


def _find_time(card: Json) -> Json:
    corner = pick_list(card, "corner_tag_info") or pick_list(card, "cornerTagInfo")
    shown = (pick(tag, "text") for tag in corner if pick(tag, "type") == "publish_time")
    return pick_first(card, "time", "create_time", "createTime") or next(shown, None)


def _show(selector: Selector, css: str) -> str:
    return "".join(selector.css(css)[:1].css("::text").getall()).strip()
