"""RSS, Atom and JSON Feed of any site, and RSSHub's routes: posts, and lines of the boards among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from spiders.feed_items import read_feed
from spiders.feed_records import BOARDS_OF_WORDS, find_board_of_feed, read_feed_line, read_feed_post
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform

RSSHUB_ROUTES = ("/weibo/search/hot", "/zhihu/hotlist", "/bilibili/popular/all")


class Feeds(Platform):
    """Feeds whose addresses the user gave, and routes of an RSSHub server that the user set."""

    name = "feeds"
    title = "Feeds (RSS, Atom, JSON Feed, RSSHub)"
    homepage = "https://docs.rsshub.app"
    addresses: ClassVar = {"rsshub": ""}
    page_kinds: ClassVar = {
        "feed": PageKind(
            r"^https?://",
            r"<(?:rss|rdf:RDF)\b|<feed\b[^>]{0,500}www\.w3\.org/2005/Atom|jsonfeed\.org/version|\"date_published\"",
        )
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The user's feeds; routes (`/zhihu/daily`), or else the boards, are asked of RSSHub."""
        has_rsshub = bool(self.address("rsshub", ""))
        for target in order.targets or (RSSHUB_ROUTES if has_rsshub else ()):
            if target.startswith(("http://", "https://")):
                yield PageRequest(target, "feed")
            elif has_rsshub:
                yield PageRequest(self.address("rsshub", f"/{target.lstrip('/')}"), "feed")

    def parse_feed(self, page: Page) -> Iterator[Parsed]:
        """Posts of a feed; of a board's feed its lines, and the posts they stand for."""
        feed = read_feed(page)
        board = find_board_of_feed(feed.address) or find_board_of_feed(page.url)
        for rank, item in enumerate(feed.items, 1):
            if board:
                yield from self.read_each(page, "board_entries", [item], read_feed_line, board, rank)
            if board is None or board[1] not in BOARDS_OF_WORDS:
                yield from self.read_each(page, "posts", [item], read_feed_post, self, feed.home)
