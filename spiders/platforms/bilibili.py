"""Bilibili: popular and ranking lists, hot words, videos with tags and bullet comments, comments by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from spiders import bilibili_danmaku as danmaku
from spiders.bilibili_answers import is_gone, open_envelope
from spiders.bilibili_items import read_comment, read_hot_word, read_line, read_video
from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, pick_list, read_code, read_name, require_list
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform

PAGE_SIZE = 20


class Bilibili(Platform):
    """Public lists and videos of bilibili.com; nothing that needs a signature."""

    name = "bilibili"
    title = "Bilibili 哔哩哔哩"
    homepage = "https://www.bilibili.com"
    routes = ("crawl", "import")
    revisits = True
    addresses: ClassVar = {
        "api": "https://api.bilibili.com",
        "search": "https://s.search.bilibili.com",
        "danmaku": "https://comment.bilibili.com",
    }
    page_kinds: ClassVar = {
        "danmaku": PageKind(r"/\d+\.xml\b|/x/v1/dm/list\.so", r"^\s*(?:<\?xml[^>]*>\s*)?<i>\s*<chatserver>"),
        "popular": PageKind(r"/web-interface/popular\b", r'"no_more"\s*:'),
        "ranking": PageKind(r"/web-interface/ranking", r'"list"\s*:\s*\[[^\[]*"bvid"'),
        "hotword": PageKind(r"/main/hotword", r'"hot_id"\s*:'),
        "comments": PageKind(r"/x/v2/reply", r'"rpid"\s*:'),
        "video": PageKind(r"/web-interface/view", r'"(?:bvid|View)"\s*:'),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The popular list, or the videos that the user named by id or address, with bullet comments."""
        for target in order.targets:
            bvid = target.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
            url = self.address("api", "/x/web-interface/view/detail", bvid=bvid)
            yield PageRequest(url, "video", {"danmaku": "wanted"})
        if not order.targets:
            yield self._request_popular(1, order.page_budget)

    def request_again(self, post_id: str) -> Iterator[PageRequest]:
        """The video's own answer."""
        url = self.address("api", "/x/web-interface/view/detail", bvid=post_id)
        yield PageRequest(url, "video", {"known": post_id})

    def parse_popular(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of one page, and the next page while there is one."""
        data = open_envelope(page)
        query = parse_qs(urlsplit(page.url).query)
        number = int(query.get("pn", ["1"])[0])
        first_rank = (number - 1) * int(query.get("ps", [str(PAGE_SIZE)])[0]) + 1
        yield from self._read_list(page, require_list(page, data, "list"), "popular", first_rank)
        budget = int(page.context.get("budget", "0"))
        if data.get("no_more") is False and number < budget:
            yield self._request_popular(number + 1, budget)

    def parse_ranking(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of a ranking."""
        rid = parse_qs(urlsplit(page.url).query).get("rid", ["0"])[0]
        board = "ranking" if rid == "0" else f"ranking-{rid}"
        yield from self._read_list(page, require_list(page, open_envelope(page), "list"), board, 1)

    def parse_hotword(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot searches."""
        answer = page.json()
        items = require_list(page, answer if pick(answer, "data") is None else answer["data"], "list")
        yield from self.read_each(page, "board_entries", items, read_hot_word, self)

    def parse_video(self, page: Page) -> Iterator[Parsed]:
        """One video, with its tags where the answer has them."""
        if page.context.get("known") and is_gone(page):
            yield self.reject(page, "posts", "gone", page.context["known"], None)
            return
        data = open_envelope(page)
        video = data.get("View", data)
        if not pick(video, "bvid"):
            raise PageChanged("data.bvid or data.View.bvid", page.url)
        named = (read_name(pick(tag, "tag_name")) for tag in pick_list(data, "Tags"))
        yield from self.read_each(page, "posts", [video], read_video, self, [tag for tag in named if tag])
        cid, bvid = read_code(pick(video, "cid")), video["bvid"]
        if page.context.get("danmaku") and cid:
            yield PageRequest(self.address("danmaku", f"/{cid}.xml"), "danmaku", {"bvid": str(bvid)})

    def parse_danmaku(self, page: Page) -> Iterator[Parsed]:
        """Bullet comments of a video, at most the thousand or so that the site keeps."""
        yield from self.read_each(page, "posts", danmaku.list_lines(page), danmaku.read_line, self)

    def recognise(self, page: Page) -> str:
        """Kind of a saved page; bullet comments may have been saved deflated."""
        return super().recognise(danmaku.inflate_page(page))

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments of one page with the replies nested in them, each once."""
        data = open_envelope(page)
        if "replies" not in data:
            raise PageChanged("data.replies", page.url)
        top = [*pick_list(data, "hots"), *pick_list(data, "replies")]
        nested = [reply for comment in top for reply in pick_list(comment, "replies")]
        unique = {str(pick(reply, "rpid")): reply for reply in [*top, *nested]}
        yield from self.read_each(page, "posts", unique.values(), read_comment, self)

    def _request_popular(self, number: int, budget: int) -> PageRequest:
        url = self.address("api", "/x/web-interface/popular", pn=number, ps=PAGE_SIZE)
        return PageRequest(url, "popular", {"budget": str(budget)})

    def _read_list(self, page: Page, items: list[Any], board: str, first_rank: int) -> Iterator[Parsed]:
        if not items and first_rank == 1:
            raise Blocked("an empty list that is never empty", page.url)
        for rank, item in enumerate(items, first_rank):
            yield from self.read_each(page, "posts", [item], read_video, self)
            yield from self.read_each(page, "board_entries", [item], read_line, self, board, rank)
