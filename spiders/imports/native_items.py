"""Items as the platforms' own pages hold them in; raw fields of posts out, or why there are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from spiders.imports.raw_batch import Cell, Row

Fields = dict[str, Cell]
"""Field of Post -> raw value."""


def _pick(value: Cell, *path: str) -> Cell:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return None if value == "$undefined" else value


def _first(value: Cell, *names: str) -> Cell:
    found = (_pick(value, name) for name in names)
    return next((member for member in found if member not in (None, "")), None)


def _names(items: Cell, *keys: str) -> list[str]:
    if not isinstance(items, list):
        return []
    found = (_first(item, *keys) for item in items if isinstance(item, dict))
    return [name for name in found if isinstance(name, str)]


def read_tiktok(item: Row) -> Fields | str:
    """A TikTok itemStruct or comment."""
    if "cid" in item:
        return _read_comment(item)
    stats = {**(_pick(item, "stats") or {}), **(_pick(item, "statsV2") or {})}
    if not stats and "createTime" not in item:
        return "stub"
    author = _pick(item, "author")
    return {
        "kind": "video",
        "post_id": item.get("id"),
        "text": item.get("desc"),
        "hashtags": _names(item.get("textExtra"), "hashtagName") or _names(item.get("challenges"), "title"),
        "author_id": _first(author, "secUid", "id") if isinstance(author, dict) else author,
        "published_at": item.get("createTime"),
        "is_ad": item.get("isAd"),
        "views": stats.get("playCount"),
        "likes": stats.get("diggCount"),
        "comments": stats.get("commentCount"),
        "shares": stats.get("shareCount"),
        "collects": stats.get("collectCount"),
    }


def _read_comment(item: Row) -> Fields:
    return {
        "kind": "comment",
        "post_id": item.get("cid"),
        "parent_id": item.get("aweme_id"),
        "text": item.get("text"),
        "author_id": _first(_pick(item, "user"), "sec_uid", "uid"),
        "published_at": item.get("create_time"),
        "likes": item.get("digg_count"),
        "comments": item.get("reply_comment_total"),
    }


def read_douyin(item: Row) -> Fields | str:
    """A Douyin aweme in snake_case or camelCase, a comment, or a live room."""
    if "cid" in item:
        return _read_comment(item)
    room = _first(item, "cell_room", "cellRoom")
    if isinstance(room, dict):
        return _read_live_room(room)
    aweme_id = _first(item, "aweme_id", "awemeId")
    if aweme_id is None:
        return "stub"
    stats = _first(item, "statistics", "stats") or {}
    author = _first(item, "author", "authorInfo")
    tags = _names(_first(item, "text_extra", "textExtra"), "hashtag_name", "hashtagName")
    return {
        "kind": "note" if _first(item, "images") else "video",
        "post_id": aweme_id,
        "text": item.get("desc"),
        "hashtags": tags,
        "category": next(iter(_names(_first(item, "video_tag", "videoTag"), "tag_name", "tagName")), None),
        "author_id": _first(author, "sec_uid", "secUid", "uid"),
        "published_at": _first(item, "create_time", "createTime"),
        "is_ad": _first(item, "is_ads", "isAds"),
        # Douyin's pages write a play count of 0 for every video: not shown.
        "views": None
        if str(_first(stats, "play_count", "playCount")) == "0"
        else _first(stats, "play_count", "playCount"),
        "likes": _first(stats, "digg_count", "diggCount"),
        "comments": _first(stats, "comment_count", "commentCount"),
        "shares": _first(stats, "share_count", "shareCount"),
        "collects": _first(stats, "collect_count", "collectCount"),
    }


def _read_live_room(cell: Row) -> Fields | str:
    raw = cell.get("rawdata")
    try:
        room = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        return "bad_json"
    if not isinstance(room, dict):
        return "stub"
    return {
        "kind": "live",
        "post_id": _first(room, "id_str", "id"),
        "text": room.get("title"),
        "author_id": _first(_pick(room, "owner"), "sec_uid", "web_rid", "id_str"),
        "published_at": room.get("create_time"),
        "views": _first(_pick(room, "stats"), "total_user", "user_count_str"),
    }


def read_xiaohongshu(item: Row) -> Fields | str:
    """A Xiaohongshu note (API item, embedded, or mapped from the page) or comment."""
    if "content" in item and "note_id" in item:
        return _read_note_comment(item)
    if item.get("_zs-origin") == "html":
        likes, title, author = item.get("likes"), item.get("title"), item.get("author_name")
        return {
            "kind": "note",
            "post_id": item.get("id"),
            "title": title,
            "likes": likes,
            "author_id": author,
        }
    note = _first(item, "note_card", "note", "noteCard") or (item if "interactInfo" in item else None)
    if not isinstance(note, dict):
        return "stub"
    if item.get("model_type") not in (None, "note"):
        return "no_note"
    acts = _first(note, "interact_info", "interactInfo") or {}
    user = _pick(note, "user")
    return {
        "kind": "video" if note.get("type") == "video" else "note",
        "post_id": _first(note, "note_id", "noteId") or item.get("id"),
        "title": _first(note, "title", "display_title", "displayTitle"),
        "text": note.get("desc"),
        "hashtags": _names(_first(note, "tag_list", "tagList"), "name"),
        "author_id": _first(user, "user_id", "userId"),
        "published_at": note.get("time"),
        "likes": _first(acts, "liked_count", "likedCount"),
        "comments": _first(acts, "comment_count", "commentCount"),
        "shares": _first(acts, "share_count", "shareCount", "shared_count"),
        "collects": _first(acts, "collected_count", "collectedCount"),
    }


def _read_note_comment(item: Row) -> Fields:
    return {
        "kind": "comment",
        "post_id": item.get("id"),
        "parent_id": item.get("note_id"),
        "text": item.get("content"),
        "author_id": _first(_pick(item, "user_info"), "user_id"),
        "published_at": item.get("create_time"),
        "likes": item.get("like_count"),
        "comments": item.get("sub_comment_count"),
    }


NATIVE_READERS: Mapping[str, Callable[[Row], Fields | str]] = MappingProxyType(
    {"tiktok": read_tiktok, "douyin": read_douyin, "xiaohongshu": read_xiaohongshu}
)
"""Platform -> reader of its own items; a text instead of fields is the reason why there is no post in it."""
