"""Bilibili: popular and ranking lists, hot words, videos with tags and bullet comments, comments by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from spiders.bilibili_answers import is_gone, list_replies, open_envelope
from spiders.bilibili_ids import find_bvid
from spiders.bilibili_items import read_comment, read_video
from spiders.bilibili_reader import BilibiliReader
from spiders.copied_links import find_short_link
from spiders.errors import PageChanged
from spiders.fields import pick, pick_list, read_code, read_name, require_list
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageRequest, Parsed

PAGE_SIZE = 20
RANKING = re.compile(r"ranking(?:-(\d{1,4}))?")


class Bilibili(BilibiliReader):
    """Public lists and videos of bilibili.com; nothing that needs a signature.

    Targets are videos by id, address or copied link, and the lists `popular`, `ranking`, `ranking-<zone>`,
    `hotword`.
    """

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

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The popular list, or the lists and videos that the user named; these with all comments shown."""
        for target in order.targets or ("popular",):
            zone = RANKING.fullmatch(target)
            if target == "popular":
                yield self._request_popular(1, order.page_budget)
            elif target == "hotword":
                yield PageRequest(self.address("search", "/main/hotword", limit=30), "hotword")
            elif zone:
                query = {"rid": zone[1] or "0", "type": "all"}
                yield PageRequest(self.address("api", "/x/web-interface/ranking/v2", **query), "ranking")
            elif bvid := find_bvid(target):
                yield self._request_video(bvid, {"budget": str(order.page_budget)})
            elif link := find_short_link(target, "b23.tv"):
                yield PageRequest(link, "short_link", {"budget": str(order.page_budget)})

    def request_again(self, post_id: str) -> Iterator[PageRequest]:
        """The video's own answer."""
        yield self._request_video(post_id, {"known": post_id})

    def parse_short_link(self, page: Page) -> Iterator[Parsed]:
        """The video whose page a copied link leads to."""
        if bvid := find_bvid(page.url):
            yield self._request_video(bvid, {"budget": page.context["budget"]})
        else:
            yield self.reject(page, "posts", "no_video", page.url, None)

    def parse_popular(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of one page, and the next page while there is one."""
        data = open_envelope(page)
        query = parse_qs(urlsplit(page.url).query)
        number = int(query.get("pn", ["1"])[0])
        first_rank = (number - 1) * int(query.get("ps", [str(PAGE_SIZE)])[0]) + 1
        yield from self.read_list(page, require_list(page, data, "list"), "popular", first_rank)
        budget = int(page.context.get("budget", "0"))
        if data.get("no_more") is False and number < budget:
            yield self._request_popular(number + 1, budget)

    def parse_video(self, page: Page) -> Iterator[Parsed]:
        """One video, with tags and first comments where the answer has them, and its further pages."""
        if page.context.get("known") and is_gone(page):
            yield self.reject(page, "posts", "gone", page.context["known"], None)
            return
        data = open_envelope(page)
        video = data.get("View", data)
        if not pick(video, "bvid") and not pick(video, "aid"):
            raise PageChanged("data.bvid or data.View.bvid", page.url)
        named = (read_name(pick(tag, "tag_name")) for tag in pick_list(data, "Tags"))
        yield from self.read_each(page, "posts", [video], read_video, self, [tag for tag in named if tag])
        if page.context.get("known"):
            return
        comments = list_replies(pick(data, "Reply"))
        yield from self.read_each(page, "posts", comments, read_comment, self)
        aid, cid, bvid = read_code(pick(video, "aid")), read_code(pick(video, "cid")), pick(video, "bvid")
        if cid and (budget := page.context.get("budget")):
            yield PageRequest(self.address("danmaku", f"/{cid}.xml"), "danmaku", {"bvid": str(bvid)})
        if aid and (budget := page.context.get("budget")):
            yield self._request_comments(aid, 1, {"bvid": str(bvid), "budget": budget})

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments of one page with the replies nested in them, each once, and the next page in a crawl."""
        data = open_envelope(page)
        if "replies" not in data:
            raise PageChanged("data.replies", page.url)
        yield from self.read_each(page, "posts", list_replies(data), read_comment, self)
        number, size = (read_code(pick(data, "page", name)) or 0 for name in ("num", "size"))
        total, budget = read_code(pick(data, "page", "count")) or 0, int(page.context.get("budget", "0"))
        asked = parse_qs(urlsplit(page.url).query)
        is_more = bool(pick_list(data, "replies")) and number * size < total
        if is_more and 0 < number < budget and "bvid" in page.context and "oid" in asked:
            yield self._request_comments(int(asked["oid"][0]), number + 1, page.context)

    def _request_comments(self, aid: int, number: int, context: Mapping[str, str]) -> PageRequest:
        query = {"type": 1, "oid": aid, "sort": 0, "ps": PAGE_SIZE, "pn": number, "nohot": 0}
        known = {name: context[name] for name in ("bvid", "budget")}
        return PageRequest(self.address("api", "/x/v2/reply", **query), "comments", known)

    def _request_video(self, bvid: str, context: Mapping[str, str]) -> PageRequest:
        return PageRequest(self.address("api", "/x/web-interface/view/detail", bvid=bvid), "video", context)

    def _request_popular(self, number: int, budget: int) -> PageRequest:
        url = self.address("api", "/x/web-interface/popular", pn=number, ps=PAGE_SIZE)
        return PageRequest(url, "popular", {"budget": str(budget)})
