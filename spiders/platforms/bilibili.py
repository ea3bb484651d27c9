"""Bilibili: popular and ranking lists, hot words, videos with their tags, comments by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlsplit

from spiders.captions import extract_hashtags
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import (
    pick,
    pick_list,
    read_code,
    read_counts,
    read_heat,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    require_id,
    require_list,
    require_title,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from warehouse.records import BoardEntry, Post

PAGE_SIZE = 20
BLOCK_CODES = {-101, -352, -401, -403, -412, -509, -799}
HOT_WORD_LABELS = {4: "新", 5: "热", 7: "直播", 9: "梗", 11: "话题", 12: "独家"}


class Bilibili(Platform):
    """Public lists and videos of bilibili.com; nothing that needs a signature."""

    name = "bilibili"
    title = "Bilibili 哔哩哔哩"
    homepage = "https://www.bilibili.com"
    routes = ("crawl", "import")
    addresses: ClassVar = {"api": "https://api.bilibili.com", "search": "https://s.search.bilibili.com"}
    page_kinds: ClassVar = {
        "popular": PageKind(r"/web-interface/popular\b", r'"no_more"\s*:'),
        "ranking": PageKind(r"/web-interface/ranking", r'"list"\s*:\s*\[[^\[]*"bvid"'),
        "hotword": PageKind(r"/main/hotword", r'"hot_id"\s*:'),
        "comments": PageKind(r"/x/v2/reply", r'"rpid"\s*:'),
        "video": PageKind(r"/web-interface/view", r'"(?:bvid|View)"\s*:'),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The popular list, or the videos whose ids or addresses the user gave."""
        for target in order.targets:
            bvid = target.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
            yield PageRequest(self.address("api", "/x/web-interface/view/detail", bvid=bvid), "video")
        if not order.targets:
            yield self._request_popular(1, order.page_budget)

    def parse_popular(self, page: Page) -> Iterator[Parsed]:
        """Videos and board lines of one page, and the next page while there is one."""
        data = _open_envelope(page)
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
        yield from self._read_list(page, require_list(page, _open_envelope(page), "list"), board, 1)

    def parse_hotword(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot searches."""
        answer = page.json()
        items = require_list(page, answer if pick(answer, "data") is None else answer["data"], "list")
        yield from self.read_each(page, "board_entries", items, self._read_hot_word)

    def parse_video(self, page: Page) -> Iterator[Parsed]:
        """One video, with its tags where the answer has them."""
        data = _open_envelope(page)
        video = data.get("View", data)
        if not pick(video, "bvid"):
            raise PageChanged("data.bvid or data.View.bvid", page.url)
        named = (read_name(pick(tag, "tag_name")) for tag in pick_list(data, "Tags"))
        yield from self.read_each(page, "posts", [video], self._read_video, [tag for tag in named if tag])

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments of one page with the replies nested in them, each once."""
        data = _open_envelope(page)
        if "replies" not in data:
            raise PageChanged("data.replies", page.url)
        top = [*pick_list(data, "hots"), *pick_list(data, "replies")]
        nested = [reply for comment in top for reply in pick_list(comment, "replies")]
        unique = {str(pick(reply, "rpid")): reply for reply in [*top, *nested]}
        yield from self.read_each(page, "posts", unique.values(), self._read_comment)

    def _request_popular(self, number: int, budget: int) -> PageRequest:
        url = self.address("api", "/x/web-interface/popular", pn=number, ps=PAGE_SIZE)
        return PageRequest(url, "popular", {"budget": str(budget)})

    def _read_list(self, page: Page, items: list[Any], board: str, first_rank: int) -> Iterator[Parsed]:
        if not items and first_rank == 1:
            raise Blocked("an empty list that is never empty", page.url)
        for rank, item in enumerate(items, first_rank):
            yield from self.read_each(page, "posts", [item], self._read_video)
            yield from self.read_each(page, "board_entries", [item], self._read_line, board, rank)

    def _read_video(self, item: Json, page: Page, tags: list[str] | None = None) -> Post:
        bvid = require_id(pick(item, "bvid"))
        described = read_text(pick(item, "desc"))
        written = extract_hashtags(read_text(pick(item, "dynamic")), paired=True)
        return Post(
            **self.stamp(page),
            post_id=bvid,
            kind="video",
            url=f"https://www.bilibili.com/video/{bvid}",
            title=require_title(pick(item, "title")),
            text="" if described == "-" else described,
            hashtags=tuple(dict.fromkeys([*(tags or []), *written])),
            category=read_name(pick(item, "tname")),
            author_key=self.author_key(read_id(pick(item, "owner", "mid"))),
            **read_published(pick(item, "pubdate"), page.captured_at),
            **read_counts(
                {
                    "views": pick(item, "stat", "view"),
                    "likes": pick(item, "stat", "like"),
                    "comments": pick(item, "stat", "reply"),
                    "shares": pick(item, "stat", "share"),
                    "collects": pick(item, "stat", "favorite"),
                    "danmaku": pick(item, "stat", "danmaku"),
                }
            ),
        )

    def _read_line(self, item: Json, page: Page, board: str, rank: int) -> BoardEntry:
        bvid = require_id(pick(item, "bvid"))
        return BoardEntry(
            **self.stamp(page),
            board=board,
            rank=rank,
            title=require_title(pick(item, "title")),
            subject_id=bvid,
            label=read_name(pick(item, "rcmd_reason", "content")),
            category=read_name(pick(item, "tname")),
            url=f"https://www.bilibili.com/video/{bvid}",
        )

    def _read_hot_word(self, item: Json, page: Page) -> BoardEntry:
        keyword = require_title(pick(item, "keyword"))
        commercial = pick(item, "stat_datas", "is_commercial")
        return BoardEntry(
            **self.stamp(page),
            board="hotword",
            rank=read_code(pick(item, "pos")) or None,
            title=read_title(pick(item, "show_name")) or keyword,
            subject_id=read_id(pick(item, "hot_id")) or keyword,
            heat=read_heat(pick(item, "heat_score")),
            label=HOT_WORD_LABELS.get(read_code(pick(item, "word_type")) or 0),
            is_ad=None if commercial is None else str(commercial) == "1",
            url=f"https://search.bilibili.com/all?keyword={quote(keyword)}",
        )

    def _read_comment(self, item: Json, page: Page) -> Post:
        return Post(
            **self.stamp(page),
            post_id=require_id(pick(item, "rpid_str") or pick(item, "rpid")),
            kind="comment",
            parent_id=require_id(pick(item, "oid")),
            text=read_text(pick(item, "content", "message")),
            author_key=self.author_key(read_id(pick(item, "mid") or pick(item, "member", "mid"))),
            **read_published(pick(item, "ctime"), page.captured_at),
            **read_counts({"likes": pick(item, "like"), "comments": pick(item, "rcount")}),
        )


def _open_envelope(page: Page) -> dict[str, Any]:
    answer = page.json()
    code, data = read_code(pick(answer, "code")), pick(answer, "data")
    if code in BLOCK_CODES:
        raise Blocked(f"code {code}", page.url)
    if code:
        raise SourceFailed(f"code {code}", page.url)
    if code is None or not isinstance(data, dict):
        raise PageChanged("code and data", page.url)
    return data
