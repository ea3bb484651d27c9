"""Kuaishou: the hot rank of the home page, from its Apollo state or else from the rendered page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote

from parsel import Selector

from spiders.embedded_state import read_assigned_state
from spiders.errors import BadCount, Blocked, PageChanged
from spiders.fields import pick, read_code, read_heat, read_id, read_name, require_list, require_title
from spiders.kuaishou_payloads import parse_payload
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from warehouse.records import BoardEntry

RANK_KEY = "$ROOT_QUERY.visionHotRank("
RANK_NAME = "p.rank-name"
LABELS = {"新", "热", "置顶", "爆", "沸"}
PHOTO_ID = re.compile(r"clientCacheKey=([0-9A-Za-z]+)")


class Kuaishou(Platform):
    """The hot rank of kuaishou.com, as a browser shows it."""

    name = "kuaishou"
    title = "Kuaishou 快手"
    homepage = "https://www.kuaishou.com"
    routes = ("crawl", "official", "import")
    needs_browser = True
    addresses: ClassVar = {"www": "https://www.kuaishou.com"}
    page_kinds: ClassVar = {
        "hot_rank": PageKind(r"isHome=1|/brilliant|kuaishou\.com/?$", r"visionHotRank|rank-name"),
        "payload": PageKind(
            r"/graphql|/rest/v/|/live_api/", r'"vision\w+"\s*:|"rootComments(?:V2)?"|"(?:photo|workType)"\s*:'
        ),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The home page."""
        url = self.address("www", "/", isHome=1)
        yield PageRequest(url, "hot_rank", needs_browser=True, wait_for=RANK_NAME)

    def parse_hot_rank(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot rank."""
        if "captcha.zt.kuaishou.com" in page.text and RANK_NAME[2:] not in page.text:
            raise Blocked("captcha page", page.url)
        state = read_assigned_state(page.text, "window.__APOLLO_STATE__")
        cache = pick(state, "defaultClient") if isinstance(pick(state, "defaultClient"), dict) else {}
        rank = next((cache[key] for key in cache if key.startswith(RANK_KEY)), None)
        if rank is None:
            yield from self.read_each(page, "board_entries", self._find_shown(page), self._read_line)
            return
        if pick(rank, "result") not in (1, None):
            raise Blocked(f"result {pick(rank, 'result')}", page.url)
        items = [pick(cache, str(pick(item, "id"))) for item in require_list(page, rank, "items")]
        if not items:
            raise Blocked("an empty board that is never empty", page.url)
        yield from self.read_each(page, "board_entries", items, self._read_line)

    def parse_payload(self, page: Page) -> Iterator[Parsed]:
        """Videos and comments of an answer that a user saved."""
        yield from parse_payload(page, self)

    def _read_line(self, item: Json, page: Page) -> BoardEntry:
        """A line from the state or as _find_shown found it: the same members."""
        name = require_title(pick(item, "name"))
        place, label = read_code(pick(item, "rank")), read_name(pick(item, "tagType"))
        photo = read_id(pick(item, "photoIds", "json", 0)) or _find_photo(pick(item, "poster"))
        is_pinned = label == "置顶"
        return BoardEntry(
            **self.stamp(page),
            board="hot",
            rank=place + 1 if place is not None and place >= 0 and not is_pinned else None,
            title=name,
            subject_id=(read_id(pick(item, "id")) or name).removeprefix("VisionHotRankItem:"),
            heat=read_heat(pick(item, "hotValue")),
            label=label,
            url=f"https://www.kuaishou.com/short-video/{quote(photo)}"
            if photo
            else f"https://www.kuaishou.com/search/video?searchKey={quote(name)}",
        )

    def _find_shown(self, page: Page) -> list[dict[str, Any]]:
        names = Selector(page.text, type="html").css(RANK_NAME)
        if not names:
            raise PageChanged(f"window.__APOLLO_STATE__ and {RANK_NAME}", page.url)
        return [_read_shown(place, name) for place, name in enumerate(names)]


def _read_shown(place: int, name: Selector) -> dict[str, Any]:
    """A rendered line -> the members that the state would have; whatever has no number is no heat."""
    title = "".join(name.css("::text").getall()).strip()
    line = name.xpath(
        "ancestor::*[.//p[contains(@class,'rank-name')]][count(.//p[contains(@class,'rank-name')])=1]"
    )
    texts = [text.strip() for text in line[:1].css("::text").getall() if text.strip()]
    link = (
        line[:1].css("a::attr(href), img::attr(src)").get()
        or line[:1].xpath("ancestor-or-self::a/@href").get()
        or ""
    )
    found: dict[str, Any] = {"rank": place, "name": title, "poster": link}
    for text in texts:
        if text in LABELS:
            found["tagType"] = text
        elif text.isascii() and text.isdigit() and int(text) < 1000:
            found["rank"] = int(text) - 1
        elif text != title and _is_heat(text):
            found["hotValue"] = text
    return found


def _is_heat(text: str) -> bool:
    try:
        return read_heat(text) is not None
    except BadCount:
        return False


def _find_photo(poster: object) -> str | None:
    found = PHOTO_ID.search(poster) if isinstance(poster, str) else None
    if found is None and isinstance(poster, str):
        found = re.search(r"/short-video/([0-9A-Za-z]+)", poster)
    return found[1] if found else None
