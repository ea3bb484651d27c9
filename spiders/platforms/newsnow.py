"""newsnow, an aggregator that users host themselves: boards of many platforms in one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from spiders.aggregated_lines import Line, find_board, leads_to_post, read_line, read_linked_post
from spiders.errors import PageChanged, SourceFailed
from spiders.fields import pick, read_title
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform

SOURCES = ("weibo", "zhihu", "douyin", "kuaishou", "bilibili-hot-video")
COUNTS_SHOWN = re.compile(r"([\d.]+\s*[wW万亿]?\+?)\s*(观看|播放|点赞|赞)")
COUNT_NAMES = {"观看": "views", "播放": "views", "点赞": "likes", "赞": "likes"}


class Newsnow(Platform):
    """Boards from a newsnow server whose address the user sets."""

    name = "newsnow"
    title = "newsnow (self-hosted)"
    homepage = "https://github.com/ourongxing/newsnow"
    addresses: ClassVar = {"api": ""}
    page_kinds: ClassVar = {"source": PageKind(r"/api/s\b", r'\A\s*[\[{](?s:.*)"updatedTime"\s*:')}

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The sources that the user named, or those of this project's platforms."""
        if self.address("api", ""):
            for source in order.targets or SOURCES:
                yield PageRequest(self.address("api", "/api/s", id=source), "source")

    def parse_source(self, page: Page) -> Iterator[Parsed]:
        """Board lines of one source or of several, and the posts they stand for."""
        answer = page.json()
        if pick(answer, "error"):
            raise SourceFailed(str(pick(answer, "message") or "an error")[:200], page.url)
        sources = answer if isinstance(answer, list) else [answer]
        if not sources or not all(isinstance(pick(source, "items"), list) for source in sources):
            raise PageChanged("items", page.url)
        for source in sources:
            board = find_board(str(pick(source, "id") or "web"), pick(source, "updatedTime"), page)
            for rank, item in enumerate(source["items"], 1):
                yield from self.read_each(page, "board_entries", [item], read_line, _make_line, board, rank)
                if leads_to_post(pick(item, "url")):
                    yield from self.read_each(
                        page, "posts", [item], read_linked_post, _make_line, board, self
                    )


def _make_line(item: Json) -> Line:
    info = pick(item, "extra", "info")
    counts, author = _read_info(info) if isinstance(info, str) else ({}, None)
    return Line(
        pick(item, "id"),
        pick(item, "title"),
        pick(item, "url") or pick(item, "mobileUrl"),
        None if counts else info,
        pick(item, "extra", "hover"),
        pick(item, "pubDate") or pick(item, "extra", "date"),
        author,
        counts,
    )


def _read_info(info: str) -> tuple[Mapping[str, object], str | None]:
    """`UP · 123w+观看 · 4w+点赞` -> counts by name, and the author's name before them."""
    found = {COUNT_NAMES[name]: shown for shown, name in COUNTS_SHOWN.findall(info)}
    author, dot, _ = info.partition(" · ")
    return found, read_title(author) if dot and found else None
