"""DailyHotApi, an aggregator that users host themselves: boards of many platforms, a path for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from spiders.aggregated_lines import Line, find_board, leads_to_post, read_line, read_linked_post
from spiders.errors import PageChanged, SourceFailed
from spiders.fields import pick, pick_list, read_code, require_list
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform

ROUTES = ("weibo", "zhihu", "douyin", "kuaishou", "bilibili")


class DailyHot(Platform):
    """Boards from a DailyHotApi server whose address the user sets."""

    name = "dailyhot"
    title = "DailyHotApi (self-hosted)"
    homepage = "https://github.com/imsyy/DailyHotApi"
    addresses: ClassVar = {"api": ""}
    page_kinds: ClassVar = {
        "board": PageKind(r"^https?://[^/]+(?::\d+)?/[\w-]+(?:\?|$)", r'"updateTime"\s*:|"fromCache"\s*:')
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The boards that the user named, or those of this project's platforms."""
        if self.address("api", ""):
            for route in order.targets or ROUTES:
                yield PageRequest(self.address("api", f"/{quote(route.lstrip('/'), safe='/?=&')}"), "board")

    def parse_board(self, page: Page) -> Iterator[Parsed]:
        """Board lines, and the posts they stand for."""
        answer = page.json()
        code = read_code(pick(answer, "code"))
        if code not in (None, 200):
            raise SourceFailed(f"code {code}", page.url)
        if pick_list(answer, "routes"):
            raise PageChanged("data: this is the list of all boards", page.url)
        lines = require_list(page, answer, "data")
        board = find_board(str(pick(answer, "name") or "web"), pick(answer, "updateTime"), page)
        make_line = partial(_make_line, board.platform)
        for rank, item in enumerate(lines, 1):
            yield from self.read_each(page, "board_entries", [item], read_line, make_line, board, rank)
            if leads_to_post(pick(item, "url")):
                yield from self.read_each(page, "posts", [item], read_linked_post, make_line, board, self)


def _make_line(platform: str, item: Json) -> Line:
    """An item; on Bilibili `hot` counts plays, elsewhere it is the board's heat."""
    hot = pick(item, "hot")
    plays = platform == "bilibili" and hot not in (None, 0, "")
    return Line(
        pick(item, "id"),
        pick(item, "title"),
        pick(item, "url") or pick(item, "mobileUrl"),
        None if plays else hot,
        pick(item, "desc"),
        pick(item, "timestamp"),
        pick(item, "author"),
        {"views": hot} if plays else {},
    )
