"""Douyin: the hot board with its rising words, and the share page of a known video or note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import quote

from spiders.aweme import read_aweme
from spiders.copied_links import find_short_link
from spiders.douyin_charts import parse_chart
from spiders.douyin_payloads import parse_payload
from spiders.douyin_targets import find_share_path
from spiders.embedded_state import read_assigned_state
from spiders.errors import Blocked, PageChanged
from spiders.fields import (
    pick,
    pick_list,
    read_code,
    read_heat,
    read_id,
    read_name,
    require_list,
    require_title,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from warehouse.records import BoardEntry

LABELS = {1: "新", 3: "热"}
ADVERT_LABEL = 2
BOARD_QUERY = {"device_platform": "webapp", "aid": "6383", "channel": "channel_pc_web", "detail_list": "1"}


class Douyin(Platform):
    """Public pages of douyin.com that need neither signature nor login."""

    name = "douyin"
    title = "Douyin 抖音"
    homepage = "https://www.douyin.com"
    routes = ("crawl", "official", "import")
    revisits = True
    addresses: ClassVar = {"web": "https://www.douyin.com", "share": "https://www.iesdouyin.com"}
    page_kinds: ClassVar = {
        "hot": PageKind(r"/hot/search/list", r'"word_list"\s*:'),
        "chart": PageKind(
            r"/hotsearch/brand/billboard|/chart/music/list", r'"(?:brand_list|music_list)"\s*:'
        ),
        "payload": PageKind(
            r"/aweme/v1/web/|//(?:www\.)?douyin\.com/(?:video|note|user|hashtag|search)/",
            r'"aweme_(?:detail|list|info)"|"awemeId"|RENDER_DATA|__pace_f|"comments"\s*:\s*null'
            r'|\A(?!(?s:.*)"comment_language")(?s:.*)"cid"\s*:(?s:.*)"reply_id"',
        ),
        "share": PageKind(r"/share/(?:video|note)/|/video/|/note/", r"_ROUTER_DATA|video_\(id\)"),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The hot board, or the share pages of the videos whose ids or addresses the user gave."""
        for target in order.targets:
            if path := find_share_path(target):
                yield PageRequest(self.address("share", path), "share")
            elif link := find_short_link(target, "v.douyin.com"):
                yield PageRequest(link, "share")
        if not order.targets:
            yield PageRequest(self.address("web", "/aweme/v1/web/hot/search/list/", **BOARD_QUERY), "hot")

    def request_again(self, post_id: str) -> Iterator[PageRequest]:
        """The video's share page."""
        if post_id.isdigit():
            yield PageRequest(self.address("share", f"/share/video/{post_id}/"), "share", {"known": post_id})

    def parse_hot(self, page: Page) -> Iterator[Parsed]:
        """Board lines of the hot board, and of the rising words beside it."""
        answer = page.json()
        if read_code(pick(answer, "status_code")):
            raise Blocked(f"status_code {answer['status_code']}", page.url)
        words = require_list(page, answer, "data", "word_list")
        if not words:
            raise Blocked("an empty board that is never empty", page.url)
        yield from self.read_each(page, "board_entries", words, self._read_hot)
        for place, word in enumerate(pick_list(answer, "data", "trending_list"), 1):
            yield from self.read_each(page, "board_entries", [word], self._read_word, "rising", place)

    def parse_chart(self, page: Page) -> Iterator[Parsed]:
        """Lines of a brand board or a music chart that a user saved."""
        yield from parse_chart(page, self)

    def parse_share(self, page: Page) -> Iterator[Parsed]:
        """The video or note of a share page."""
        if "验证码中间页" in page.text:
            raise Blocked("captcha page", page.url)
        state = read_assigned_state(page.text, "_ROUTER_DATA")
        if state == {}:
            raise Blocked("empty _ROUTER_DATA", page.url)
        loaded = pick(state, "loaderData")
        members = loaded.values() if isinstance(loaded, dict) else []
        view = next((found for member in members if (found := pick(member, "videoInfoRes"))), None)
        if view is None:
            raise PageChanged("_ROUTER_DATA.loaderData.*.videoInfoRes", page.url)
        items, known = require_list(page, view, "item_list"), page.context.get("known")
        yield from self.read_each(page, "posts", items, read_aweme, self)
        for gone in pick_list(view, "filter_list") or ([None] if known and not items else []):
            why = known or f"filtered: {read_name(pick(gone, 'filter_reason'))}"
            yield self.reject(page, "posts", "gone", why, gone)

    def parse_payload(self, page: Page) -> Iterator[Parsed]:
        """Videos, live rooms and comments of an answer or a desktop page that a user saved."""
        yield from parse_payload(page, self)

    def _read_hot(self, item: Json, page: Page) -> BoardEntry:
        position = read_code(pick(item, "position")) or 0
        return self._read_word(item, page, "hot", position if position > 0 else None)

    def _read_word(self, item: Json, page: Page, board: str, rank: int | None) -> BoardEntry:
        word = require_title(pick(item, "word"))
        sentence_id = read_id(pick(item, "sentence_id")) or read_id(pick(item, "group_id"))
        label = read_code(pick(item, "label"))
        return BoardEntry(
            **self.stamp(page),
            board=board,
            rank=rank,
            title=word,
            subject_id=sentence_id,
            # Rising and pinned lines carry hot_value 0, which is no heat but its absence.
            heat=read_heat(pick(item, "hot_value")) or None,
            label=None if label is None else LABELS.get(label),
            is_ad=None if label is None else label == ADVERT_LABEL,
            url=f"https://www.douyin.com/hot/{quote(sentence_id)}" if sentence_id else None,
        )
