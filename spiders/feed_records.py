"""Items of feeds in; posts, or lines of the boards that RSSHub makes feeds of, out."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from spiders.captions import extract_hashtags
from spiders.errors import MissingField
from spiders.fields import (
    pick,
    pick_list,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_title,
    require_title,
)
from spiders.item_addresses import identify_item, name_site
from spiders.kept_addresses import keep_address
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.rich_text import read_rich_text
from warehouse.records import BoardEntry, Post, PostKind

BOARD_ROUTES = (
    (re.compile(r"/weibo/search/hot"), "weibo", "hot_search"),
    (re.compile(r"/zhihu/hot(?:list)?(?:/|$|\?)"), "zhihu", "hot_questions"),
    (re.compile(r"/zhihu/daily"), "zhihu", "daily"),
    (re.compile(r"/bilibili/hot-search"), "bilibili", "hotword"),
    (re.compile(r"/bilibili/ranking/"), "bilibili", "ranking"),
    (re.compile(r"/bilibili/popular/all"), "bilibili", "popular"),
    (re.compile(r"/douyin/hot|/douyin/trending"), "douyin", "hot"),
)
"""Route of RSSHub -> platform and board whose order the feed keeps."""

BOARDS_OF_WORDS = {"hot_search", "hotword", "hot"}
VIDEO_SITES = {"bilibili", "douyin", "kuaishou", "tiktok"}
_SHOWN_HEAT = re.compile(r"热度\s*[:：]?\s*([\d.,]+\s*[万亿]?)")


def find_board_of_feed(address: str) -> tuple[str, str] | None:
    """Platform and board by the feed's address; None for a feed that is no board."""
    return next(((platform, board) for sign, platform, board in BOARD_ROUTES if sign.search(address)), None)


def read_feed_line(item: Json, page: Page, board: tuple[str, str], rank: int) -> BoardEntry:
    """An item of a board's feed -> the line of that board."""
    platform, name = board
    title, url = require_title(pick(item, "title")), str(pick(item, "url") or "")
    linked = identify_item(url)
    words = name in BOARDS_OF_WORDS
    heat = _SHOWN_HEAT.search(str(pick(item, "content") or ""))
    shown = f"https://s.weibo.com/weibo?q={quote(f'#{title}#')}" if platform == "weibo" else keep_address(url)
    return BoardEntry(
        platform=platform,
        board=name,
        rank=rank,
        title=title,
        subject_id=title[:512] if words or linked is None else linked.post_id,
        heat=_read_heat(heat[1]) if heat else None,
        url=linked.url if linked and not words else shown,
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def read_feed_post(item: Json, page: Page, platform: Platform, home: str) -> Post:
    """An item -> a post of the site it links to, or else of `home`; ids that are addresses lose tokens."""
    url = pick(item, "url")
    linked = identify_item(url) if isinstance(url, str) else None
    address = linked.url if linked else keep_address(url)
    given = read_id(pick(item, "id"))
    post_id = linked.post_id if linked else _make_id(given, address)
    title, text = read_title(pick(item, "title")), read_rich_text(pick(item, "content"))
    if title is None and not text:
        raise MissingField("neither title nor text", post_id)
    named = address or (given if given and "://" in given else home)
    site = linked.platform if linked else name_site(named)
    kind: PostKind = "video" if site in VIDEO_SITES else "article"
    tags = (read_name(tag) for tag in pick_list(item, "tags"))
    written = extract_hashtags(text, paired=True if site == "weibo" else None)
    author = read_name(pick(item, "author"))
    stats = pick(item, "stats")
    return Post(
        platform=site,
        post_id=post_id,
        kind=linked.kind if linked else kind,
        parent_id=linked.parent_id if linked else None,
        url=address,
        title=title,
        text=text,
        hashtags=tuple(dict.fromkeys([*(tag.strip("#") for tag in tags if tag), *written])),
        author_key=platform.author_key(author, site),
        **read_published(pick(item, "published"), page.captured_at),
        **read_counts(stats if isinstance(stats, dict) else {}),
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def _make_id(given: str | None, address: str | None) -> str:
    """Id of an item of an unknown site: its own, or its address; long ones by their hash."""
    own = given if given and "://" not in given else None
    found = own or address or given
    if found is None:
        raise MissingField("neither id nor address", "")
    return found if len(found) <= 512 else hashlib.sha256(found.encode()).hexdigest()


def _read_heat(shown: str) -> float:
    number = shown.replace(",", "").strip()
    unit = {"万": 1e4, "亿": 1e8}.get(number[-1], 1.0)
    digits = number.rstrip("万亿 ").strip(".")
    return float(digits) * unit if digits.replace(".", "", 1).isdigit() else 0.0
