"""Lines that newsnow and DailyHotApi took from boards of other platforms in; board entries and posts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from spiders.errors import BadCount, BadMoment, BadValue
from spiders.fields import (
    read_counts,
    read_heat,
    read_id,
    read_published,
    read_text,
    read_title,
    require_title,
)
from spiders.item_addresses import identify_item
from spiders.kept_addresses import keep_address
from spiders.moments import parse_moment_shown
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.platform_names import make_slug, normalise_platform
from warehouse.records import BoardEntry, Post

BOARDS: Mapping[str, tuple[str, str]] = {
    "weibo": ("weibo", "hot_search"),
    "zhihu": ("zhihu", "hot_questions"),
    "zhihu-daily": ("zhihu", "daily"),
    "douyin": ("douyin", "hot"),
    "kuaishou": ("kuaishou", "hot"),
    "bilibili": ("bilibili", "popular"),
    "bilibili-hot-search": ("bilibili", "hotword"),
    "bilibili-hot-video": ("bilibili", "popular"),
    "bilibili-ranking": ("bilibili", "ranking"),
}
"""Name of an aggregator's source -> platform and the board as this project's own crawl calls it."""


class Board(NamedTuple):
    """A board, and when the aggregator read it."""

    platform: str
    name: str
    moment: datetime


class Line(NamedTuple):
    """A line in the neutral form of both aggregators."""

    item_id: object
    title: object
    url: object
    heat: object = None
    text: object = None
    published: object = None
    author: object = None
    counts: Mapping[str, object] = {}


def find_board(source: str, updated: object, page: Page) -> Board:
    """Board of a source by its name; other sources keep their own: `tieba` -> tieba, hot."""
    head, _, rest = source.lower().partition("-")
    platform, name = BOARDS.get(source, (normalise_platform(head) or "web", make_slug(rest) or "hot"))
    try:
        shown = parse_moment_shown(updated, page.captured_at)
    except BadMoment:
        shown = None
    # A cached answer shows the board as it was when it was read; clocks may differ by some seconds.
    is_past = shown is not None and timedelta() <= page.captured_at - shown.moment
    return Board(platform, name, shown.moment if shown and is_past else page.captured_at)


MakeLine = Callable[[Json], Line]


def leads_to_post(address: object) -> bool:
    """Whether a line stands for the post it links to, as on Bilibili and Zhihu, and not for a topic."""
    item = identify_item(address) if isinstance(address, str) else None
    return item is not None and item.platform in {"bilibili", "zhihu"}


def read_line(item: Json, page: Page, make_line: MakeLine, board: Board, rank: int) -> BoardEntry:
    """An aggregator's item -> its entry on the board."""
    line = make_line(item)
    title = require_title(line.title)
    given = str(line.url) if isinstance(line.url, str) else ""
    linked = identify_item(given)
    url = linked.url if linked else keep_address(given)
    if board.platform == "weibo":
        # The source's own ids are rank or number; the word is what every other route has.
        subject_id, url = title, f"https://s.weibo.com/weibo?q={quote(f'#{title}#')}"
    else:
        own_id = read_id(line.item_id)
        subject_id = linked.post_id if linked and leads_to_post(given) else own_id or title
    return BoardEntry(
        platform=board.platform,
        board=board.name,
        rank=rank,
        title=title,
        subject_id=subject_id[:512],
        heat=read_loose_heat(line.heat),
        url=url,
        captured_at=board.moment,
        run_id=page.run_id,
    )


def read_linked_post(item: Json, page: Page, make_line: MakeLine, board: Board, platform: Platform) -> Post:
    """The post that an aggregator's item leads to; BadValue when it leads to none."""
    line = make_line(item)
    linked = identify_item(str(line.url))
    if linked is None:
        raise BadValue("an address of no post", line.url)
    author = read_title(line.author)
    return Post(
        platform=linked.platform,
        post_id=linked.post_id,
        kind=linked.kind,
        parent_id=linked.parent_id,
        url=linked.url,
        title=require_title(line.title),
        text=read_text(line.text),
        author_key=platform.author_key(author, linked.platform),
        **read_published(line.published or None, board.moment),
        **read_counts(dict(line.counts)),  # type: ignore[arg-type]
        captured_at=board.moment,
        run_id=page.run_id,
    )


def read_loose_heat(value: object) -> float | None:
    """Heat in a member that may hold any text: None when it is no number."""
    if value is False or value is None:
        return None
    try:
        return read_heat(value)
    except BadCount:
        return None
