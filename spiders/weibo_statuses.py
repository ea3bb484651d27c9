"""Weibo's statuses (mblog) and comments in, as each of its interfaces writes them; posts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from spiders.captions import extract_hashtags
from spiders.errors import BadValue, MissingField
from spiders.fields import (
    pick,
    pick_list,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    require_id,
)
from spiders.item_addresses import make_address
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.rich_text import read_rich_text
from warehouse.records import Post

FULL_TEXT_LINK = re.compile(r"(?:\.{3}|…)?\s*<a\b[^<>]{0,500}>\s*(?:\.{3}|…)?\s*(?:全文|展开c?)\s*</a>\s*$")
GONE_NOTICE = re.compile(
    r"(?:抱歉|该|此)[^。]{0,30}微博.{0,40}(?:删除|不可见|无法查看|不存在|不适宜|没有权限)"
)
PARENT_IN_EXTRA = re.compile(r"(?:^|\|)mid:(\d{10,20})")


class StatusGone(BadValue):
    """A status of which only a notice is left."""

    reason = "gone"


def list_statuses(items: list[Json]) -> Iterator[Json]:
    """Statuses, each followed by the one it repeats."""
    for item in items:
        yield item
        repeated = pick(item, "retweeted_status")
        if isinstance(repeated, dict):
            yield repeated


def read_status(item: Json, page: Page, platform: Platform) -> Post:
    """An mblog -> a note or video; its own text only, what it repeats is a post of its own."""
    status_id = require_id(pick(item, "idstr") or pick(item, "id") or pick(item, "mid"))
    text, user = read_status_text(item), pick(item, "user")
    is_notice = user is None and GONE_NOTICE.match(text) is not None
    if is_notice or pick(item, "deleted") in ("1", 1, True) or not isinstance(user, dict | None):
        raise StatusGone("a status that was deleted or hidden", status_id)
    page_about = pick(item, "page_info")
    about = pick(page_about, "type") or pick(page_about, "object_type")
    topics = (read_name(pick(topic, "topic_title")) for topic in pick_list(item, "topic_struct"))
    views = pick(page_about, "play_count") or pick(page_about, "media_info", "play_count")
    return Post(
        **platform.stamp(page),
        post_id=status_id,
        kind="video" if about == "video" else "note",
        url=make_status_url(read_id(pick(item, "bid")) or read_id(pick(item, "mblogid")) or status_id),
        title=read_title(pick(page_about, "page_title")) if about == "article" else None,
        text=text,
        hashtags=tuple(
            dict.fromkeys(
                [*extract_hashtags(text, paired=True), *(topic.strip("#") for topic in topics if topic)]
            )
        ),
        author_key=platform.author_key(read_id(pick(item, "user", "idstr") or pick(item, "user", "id"))),
        **read_published(pick(item, "created_at"), page.captured_at),
        is_ad=True if pick(item, "is_ad") or pick(item, "promotion", "type") == "ad" else None,
        **read_counts(
            {
                "views": pick(item, "reads_count") if views is None else views,
                "likes": pick(item, "attitudes_count"),
                "comments": pick(item, "comments_count"),
                "shares": pick(item, "reposts_count"),
            }
        ),
    )


def read_status_text(item: Json) -> str:
    """The long text where the status carries it, else the raw one, else the marked-up one without `全文`."""
    long_text = pick(item, "longText", "longTextContent") or pick(item, "longTextContent")
    if long_text:
        return read_rich_text(long_text)
    marked = pick(item, "text")
    if pick(item, "text_raw"):
        return read_text(pick(item, "text_raw"))
    return read_rich_text(FULL_TEXT_LINK.sub("", marked) if isinstance(marked, str) else marked)


def read_extended(item: Json, page: Page, platform: Platform) -> Post:
    """Answer of statuses/extend: the long text and counts of the status that the address names."""
    status_id = read_id(pick(item, "id")) or find_query_id(page)
    if status_id is None:
        raise MissingField("a long text, but no address that names its status", "")
    text = read_rich_text(pick(item, "longTextContent"))
    return Post(
        **platform.stamp(page),
        post_id=status_id,
        kind="note",
        url=make_status_url(status_id),
        text=text,
        hashtags=extract_hashtags(text, paired=True),
        **read_counts(
            {
                "likes": pick(item, "attitudes_count"),
                "comments": pick(item, "comments_count"),
                "shares": pick(item, "reposts_count"),
            }
        ),
    )


def list_comments(items: list[Json]) -> list[Json]:
    """Comments with the replies shown under them, each id once."""
    nested = [reply for item in items for reply in pick_list(item, "comments")]
    unique = {str(pick(comment, "id")): comment for comment in [*nested, *items] if pick(comment, "id")}
    return [*unique.values(), *(comment for comment in [*items, *nested] if not pick(comment, "id"))]


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A comment, or a reply to one, under its status."""
    likes = pick(item, "like_count")
    extra = PARENT_IN_EXTRA.search(str(pick(item, "analysis_extra")))
    status = read_id(pick(item, "status", "idstr") or pick(item, "status", "id"))
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "idstr") or pick(item, "id")),
        kind="comment",
        parent_id=status or find_query_id(page) or (extra[1] if extra else None),
        text=read_text(pick(item, "text_raw")) or read_rich_text(pick(item, "text")),
        author_key=platform.author_key(read_id(pick(item, "user", "idstr") or pick(item, "user", "id"))),
        **read_published(pick(item, "created_at"), page.captured_at),
        **read_counts(
            {
                "likes": pick(item, "like_counts") if likes is None else likes,
                "comments": pick(item, "total_number"),
            }
        ),
    )


def find_query_id(page: Page) -> str | None:
    """Number of the status in the page's address; None when there is none."""
    query = parse_qs(urlsplit(page.url).query)
    found = (query.get(name, [""])[0] for name in ("id", "mid"))
    return next((number for number in found if number.isascii() and number.isdigit()), None)


def make_status_url(name: str) -> str:
    """Address of a status that does not tell its author, as weibo.com/<author>/<bid> would."""
    return make_address("weibo", "note", name)
