"""Bilibili's lists, searches, pages and bullet comments in, as pages that lead to no others; records out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from spiders import bilibili_danmaku as danmaku
from spiders.bilibili_answers import check_code, list_hits, open_envelope
from spiders.bilibili_items import read_hit, read_hot_word, read_line, read_video
from spiders.bilibili_pages import read_video_page
from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, pick_list, read_code, require_list
from spiders.page import Page
from spiders.platform import PageKind, Parsed, Platform


class BilibiliReader(Platform):
    """What Bilibili's pages hold; the platform itself adds where they are and what they lead to."""

    page_kinds: ClassVar = {
        "page": PageKind(
            r"//(?:www|m)\.bilibili\.com/(?:video|festival)/",
            r'"video(?:Data|Info)"\s*:|_riskdata_|_bilibili"',
        ),
        "search": PageKind(r"/(?:wbi/)?search/(?:type|all)", r'"numResults"\s*:|"arcurl"\s*:'),
        "trending": PageKind(r"/search/square|/search/trending/ranking", r'"trackid"\s*:(?s:.*)"show_name"'),
        "selection": PageKind(
            r"/popular/(?:series/one|precious)", r'"(?:reminder|explain)"\s*:(?s:.*)"bvid"'
        ),
        "popular": PageKind(r"/web-interface/popular(?:\?|$)", r'"no_more"\s*:'),
        "video": PageKind(
            r"/web-interface/(?:wbi/)?view(?:/detail)?(?:\?|$)",
            r'"View"\s*:\s*\{|"desc_v2"\s*:|"pages"\s*:\s*\[\{?\s*"cid"|"data"\s*:\s*\{[^{}\[\]]{0,2000}"bvid"',
        ),
        "comments": PageKind(r"/x/v2/reply", r'"rpid(?:_str)?"\s*:|"replies"\s*:\s*(?:null|\[\])'),
        "ranking": PageKind(r"/web-interface/ranking", r'"list"\s*:\s*\[[^\[]*"(?:bvid|aid)"'),
        "hotword": PageKind(r"/main/hotword", r'"hot_id"\s*:'),
        "danmaku": PageKind(r"/\d+\.xml\b|/x/v1/dm/list\.so", r"^\s*(?:<\?xml[^>]*>\s*)?<i>\s*<chatserver>"),
    }

    def parse_ranking(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of a ranking."""
        rid = parse_qs(urlsplit(page.url).query).get("rid", ["0"])[0]
        board = "ranking" if rid == "0" else f"ranking-{rid}"
        yield from self.read_list(page, require_list(page, open_envelope(page), "list"), board, 1)

    def parse_selection(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of the weekly selection, or of the one of all times."""
        data = open_envelope(page)
        board = "weekly" if isinstance(data.get("config"), dict) else "precious"
        yield from self.read_list(page, require_list(page, data, "list"), board, 1)

    def parse_hotword(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot searches."""
        answer = page.json()
        check_code(page, answer)
        items = require_list(page, answer if pick(answer, "data") is None else answer["data"], "list")
        yield from self.read_each(page, "board_entries", items, read_hot_word, self)

    def parse_trending(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot searches as the search box and the app show them."""
        data = open_envelope(page)
        for place, item in enumerate(require_list(page, data.get("trending", data), "list"), 1):
            yield from self.read_each(page, "board_entries", [item], read_hot_word, self, place)

    def parse_search(self, page: Page) -> Iterator[Parsed]:
        """Videos of a page of search results; an answer without any has no `result`."""
        data = open_envelope(page)
        if "result" not in data and read_code(data.get("numResults")) is None:
            raise PageChanged("data.result", page.url)
        found = [item for hit in pick_list(data, "result") for item in list_hits(hit)]
        yield from self.read_each(page, "posts", found, read_hit, self)

    def parse_page(self, page: Page) -> Iterator[Parsed]:
        """The video of its own page."""
        video, tags = read_video_page(page)
        yield from self.read_each(page, "posts", [video], read_video, self, tags)

    def parse_danmaku(self, page: Page) -> Iterator[Parsed]:
        """Bullet comments of a video, at most the thousand or so that the site keeps."""
        yield from self.read_each(page, "posts", danmaku.list_lines(page), danmaku.read_line, self)

    def recognise(self, page: Page) -> str:
        """Kind of a saved page; bullet comments may have been saved deflated."""
        return super().recognise(danmaku.inflate_page(page))

    def read_list(self, page: Page, items: list[Any], board: str, first_rank: int) -> Iterator[Parsed]:
        """Videos of a list, each followed by its line on that board; Blocked when there are none."""
        if not items and first_rank == 1:
            raise Blocked("an empty list that is never empty", page.url)
        for rank, item in enumerate(items, first_rank):
            yield from self.read_each(page, "posts", [item], read_video, self)
            yield from self.read_each(page, "board_entries", [item], read_line, self, board, rank)
