"""Douyin's answers and desktop pages that a user's browser had, in; their videos, rooms and comments out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from spiders.aweme import read_aweme
from spiders.captions import extract_hashtags
from spiders.embedded_state import read_script_state
from spiders.errors import BadPayload, Blocked, PageChanged, SourceFailed
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
from spiders.page import Json, Page, load_json
from spiders.platform import Parsed, Platform
from warehouse.records import Post

AWEME_MEMBERS = ("aweme_detail", "aweme_list", "aweme_info", "mix_items")
STATE_MARKS = ("RENDER_DATA", "__pace_f")
RENAMED = {"author_info": "author", "stats": "statistics"}
MAX_DEPTH = 60
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_CHUNK = re.compile(r'self\.__pace_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')
_LINE_START = re.compile(r"^[0-9a-f]{1,6}:")


def parse_payload(page: Page, platform: Platform) -> Iterator[Parsed]:
    """Videos, notes, live rooms and comments of an answer or a page; errors as Platform.parse."""
    if page.text.lstrip().startswith("<") and any(mark in page.text for mark in STATE_MARKS):
        items = list(_find_awemes(_read_states(page)))
        if not items:
            raise PageChanged("script#RENDER_DATA with awemes", page.url)
        yield from platform.read_each(page, "posts", items, read_payload_aweme, platform)
        return
    answer = write_snake_case(_open_answer(page))
    comments = pick(answer, "comments")
    if isinstance(comments, list) or (isinstance(answer, dict) and "comments" in answer and comments is None):
        nested = [reply for item in comments or [] for reply in pick_list(item, "reply_comment")]
        yield from platform.read_each(page, "posts", [*(comments or []), *nested], read_comment, platform)
        return
    gone = pick(answer, "filter_detail")
    if isinstance(gone, dict) and not isinstance(pick(answer, "aweme_detail"), dict):
        raise SourceFailed(f"filtered: {read_name(pick(gone, 'filter_reason'))}", page.url)
    rooms = find_items(answer, "cell_room", "cellRoom") or []
    awemes = find_items(answer, *AWEME_MEMBERS)
    if awemes is None and not rooms:
        if not _is_empty_list(answer):
            raise PageChanged("aweme_list, aweme_detail or data[].aweme_info", page.url)
        awemes = []
    yield from platform.read_each(page, "posts", awemes or [], read_payload_aweme, platform)
    yield from platform.read_each(page, "posts", rooms, read_live_room, platform)


def read_payload_aweme(item: Json, page: Page, platform: Platform) -> Post:
    """An aweme with what only the interfaces tell: its class, whether it is an advert, its challenges."""
    post = read_aweme(item, page, platform)
    named = (read_name(pick(challenge, "cha_name")) for challenge in pick_list(item, "cha_list"))
    is_ad = pick(item, "is_ads")
    more: dict[str, object] = {
        "hashtags": tuple(dict.fromkeys([*post.hashtags, *(name for name in named if name)])),
        "category": read_name(pick(item, "video_tag", 0, "tag_name")),
        "is_ad": is_ad if isinstance(is_ad, bool) else None,
    }
    return post.model_copy(update=more)


def read_live_room(item: Json, page: Page, platform: Platform) -> Post:
    """A live room of search results, whose state is JSON text."""
    raw = pick(item, "rawdata")
    room = write_snake_case(load_json(raw) if isinstance(raw, str) else raw)
    room_id = require_id(pick(room, "id_str") or pick(room, "id"))
    title, viewers = read_text(pick(room, "title")), pick(room, "statistics", "total_user")
    owner = pick(room, "owner", "sec_uid") or pick(room, "owner", "web_rid")
    return Post(
        **platform.stamp(page),
        post_id=room_id,
        kind="live",
        text=title,
        hashtags=extract_hashtags(title, paired=False),
        author_key=platform.author_key(read_id(owner)),
        **read_published(pick(room, "create_time"), page.captured_at),
        **read_counts({"views": viewers or pick(room, "statistics", "user_count_str")}),
    )


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A comment, or a reply to one, under its video."""
    user = pick(item, "user") or pick(item, "user_info")
    asked = parse_qs(urlsplit(page.url).query)
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "cid")),
        kind="comment",
        parent_id=read_id(pick(item, "aweme_id"))
        or next((asked[name][0] for name in ("aweme_id", "item_id") if name in asked), None),
        text=read_text(pick(item, "text")),
        author_key=platform.author_key(read_id(pick(user, "sec_uid") or pick(user, "uid"))),
        **read_published(pick(item, "create_time"), page.captured_at),
        **read_counts({"likes": pick(item, "digg_count"), "comments": pick(item, "reply_comment_total")}),
    )


def write_snake_case(value: Json, depth: int = 0) -> Json:
    """State in camelCase -> the member names of the interfaces; `$undefined` becomes None."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [write_snake_case(member, depth + 1) for member in value]
    if not isinstance(value, dict):
        return None if value == "$undefined" else value
    named = ((_CAPITAL.sub(r"_\1", name).lower(), member) for name, member in value.items())
    return {RENAMED.get(name, name): write_snake_case(member, depth + 1) for name, member in named}


def _open_answer(page: Page) -> Json:
    answer = page.json()
    if read_code(pick(answer, "status_code")):
        raise Blocked(f"status_code {answer['status_code']}", page.url)
    if pick(answer, "search_nil_info", "search_nil_type") == "verify_check":
        raise Blocked("a captcha is asked for", page.url)
    return answer


def _is_empty_list(answer: Json) -> bool:
    """Whether an answer is a list at its end: null or empty where the awemes would be."""
    names = [name for name in (*AWEME_MEMBERS, "data") if isinstance(answer, dict) and name in answer]
    return any(answer[name] is None or answer[name] == [] for name in names) and "has_more" in answer


def _read_states(page: Page) -> list[Json]:
    states = [read_script_state(page.text, "RENDER_DATA")]
    chunks = "".join(load_json(found[1]) for found in _CHUNK.finditer(page.text))
    for line in chunks.splitlines():
        source = _LINE_START.sub("", line)
        if source[:1] in {"[", "{"}:
            try:
                states.append(load_json(source))
            except BadPayload:
                continue
    return states


def _find_awemes(states: list[Json]) -> Iterator[Json]:
    seen: set[str] = set()
    waiting: list[Json] = list(reversed(states))
    while waiting:
        current = waiting.pop()
        aweme_id = pick(current, "awemeId") or pick(current, "aweme_id")
        if aweme_id and (pick(current, "desc") is not None or pick(current, "stats") is not None):
            if str(aweme_id) not in seen:
                seen.add(str(aweme_id))
                yield write_snake_case(current)
        elif isinstance(current, dict | list):
            members = current.values() if isinstance(current, dict) else current
            waiting.extend(reversed([member for member in members if isinstance(member, dict | list)]))
