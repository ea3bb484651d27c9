"""Weibo: the hot search and the hot band; statuses, comments and search pages that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, pick_list, read_code, require_list
from spiders.nested import find_items, find_members
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.weibo_answers import find_comments, find_statuses, open_answer
from spiders.weibo_boards import HOT_SEARCH, list_container_rows, list_summary_rows, read_hot_row
from spiders.weibo_pages import list_search_results, read_render_data
from spiders.weibo_statuses import list_comments, list_statuses, read_comment, read_extended, read_status


class Weibo(Platform):
    """Hot boards of weibo.com that need no login."""

    name = "weibo"
    title = "Weibo 微博"
    homepage = "https://weibo.com"
    routes = ("crawl", "official", "import")
    addresses: ClassVar = {"www": "https://weibo.com"}
    page_kinds: ClassVar = {
        "hot_search": PageKind(r"/ajax/side/hotSearch", r'"realtime"\s*:\s*\['),
        "hot_band": PageKind(r"/ajax/statuses/hot_band", r'"band_list"\s*:'),
        "summary": PageKind(r"s\.weibo\.com/top/summary", r"pl_top_realtimehot|class=\"list_a\""),
        "comments": PageKind(
            r"/comments/(?:hotflow|show)|/buildComments|/hotFlowChild", r'"(?:rootid|floor_number)"\s*:'
        ),
        "search": PageKind(r"s\.weibo\.com/weibo", r"feed_list_content"),
        "container": PageKind(r"/api/container/getIndex", r'"card_type"\s*:'),
        "statuses": PageKind(
            r"/ajax/statuses/|/statuses/|m\.weibo\.cn/(?:detail|status)/|/ajax/(?:feed|search)",
            r'\$render_data|"mblogid"\s*:|"attitudes_count"\s*:|"longTextContent"\s*:',
        ),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The hot search and the hot band."""
        yield PageRequest(self.address("www", "/ajax/side/hotSearch"), "hot_search")
        yield PageRequest(self.address("www", "/ajax/statuses/hot_band"), "hot_band")

    def parse_hot_search(self, page: Page) -> Iterator[Parsed]:
        """Board lines, the pinned ones of the authorities first."""
        answer = open_answer(page)
        yield from self._read_board(page, answer, require_list(page, answer, "data", "realtime"), HOT_SEARCH)

    def parse_hot_band(self, page: Page) -> Iterator[Parsed]:
        """Board lines, and the statuses shown with them."""
        answer = open_answer(page)
        rows = require_list(page, answer, "data", "band_list")
        yield from self._read_board(page, answer, rows, "hot_band")
        shown = [row["mblog"] for row in rows if isinstance(pick(row, "mblog"), dict)]
        yield from self.read_each(page, "posts", list_statuses(shown), read_status, self)

    def parse_summary(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the page of the hot search."""
        rows = list_summary_rows(page.text)
        if not rows:
            raise PageChanged("#pl_top_realtimehot tbody tr or ul.list_a > li", page.url)
        yield from self.read_each(page, "board_entries", rows, read_hot_row, self, HOT_SEARCH)

    def parse_container(self, page: Page) -> Iterator[Parsed]:
        """Cards of the mobile site: lines of the hot search, or statuses of a search or timeline."""
        answer = open_answer(page)
        if read_code(pick(answer, "ok")) == 0 and not pick_list(answer, "data", "cards"):
            return
        cards = next(find_members(answer, "cards"), None)
        if not isinstance(cards, list):
            raise PageChanged("data.cards", page.url)
        statuses = find_items(cards, "mblog")
        if statuses is None:
            for board, row in list_container_rows(cards):
                yield from self.read_each(page, "board_entries", [row], read_hot_row, self, board)
        yield from self.read_each(page, "posts", list_statuses(statuses or []), read_status, self)

    def parse_statuses(self, page: Page) -> Iterator[Parsed]:
        """Statuses of a timeline or a search, one status, its detail page, or its long text."""
        answer = read_render_data(page.text) if "$render_data" in page.text else open_answer(page)
        extended = pick(answer, "data") if isinstance(pick(answer, "data"), dict) else answer
        if pick(extended, "longTextContent") is not None and pick(extended, "created_at") is None:
            yield from self.read_each(page, "posts", [extended], read_extended, self)
            return
        yield from self.read_each(
            page, "posts", list_statuses(find_statuses(answer, page)), read_status, self
        )

    def parse_search(self, page: Page) -> Iterator[Parsed]:
        """Statuses of a page of search results."""
        results = list_search_results(page.text)
        if results is None:
            raise PageChanged("div.card-wrap[mid]", page.url)
        yield from self.read_each(page, "posts", results, read_status, self)

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments under a status, with the replies shown under them."""
        comments = list_comments(find_comments(open_answer(page), page))
        yield from self.read_each(page, "posts", comments, read_comment, self)

    def _read_board(self, page: Page, answer: Json, rows: list[Json], board: str) -> Iterator[Parsed]:
        if not rows:
            raise Blocked("an empty board that is never empty", page.url)
        pinned = [pick(answer, "data", "hotgov"), *pick_list(answer, "data", "hotgovs")]
        unique = {
            str(pick(row, "word")): {**row, "is_gov": 1} for row in pinned if isinstance(row, dict) and row
        }
        yield from self.read_each(page, "board_entries", [*unique.values(), *rows], read_hot_row, self, board)
