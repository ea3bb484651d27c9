"""TikTok: the page of a known video; lists, comments and oEmbed answers that a user saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from spiders.embedded_state import read_script_state
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, read_code
from spiders.nested import find_items
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.tiktok_items import list_comments, read_comment, read_embed, read_item

TARGET = re.compile(r"(?:@(?P<user>[\w.-]*)/(?P<kind>video|photo)/|^)(?P<id>\d{15,20})")
SHORT_LINK = re.compile(r"https?://(?:vm|vt)\.tiktok\.com/\w+")
ANSWERED = {0, None}
GONE_CODES = {10204, 10216, 10222, 10231}
"""Not there, private, of a private account, not shown here."""


class TikTok(Platform):
    """Videos of tiktok.com whose addresses the user gave."""

    name = "tiktok"
    title = "TikTok"
    homepage = "https://www.tiktok.com"
    routes = ("crawl", "official", "import")
    needs_targets = True
    revisits = True
    addresses: ClassVar = {"www": "https://www.tiktok.com"}
    page_kinds: ClassVar = {
        "comments": PageKind(
            r"/api/comment/list", r'"reply_comment_total"(?s:.*)"unique_id"|"comment_language"\s*:'
        ),
        "oembed": PageKind(r"/oembed\b", r'"embed_product_id"\s*:|"provider_name"\s*:\s*"TikTok"'),
        "video": PageKind(
            r"/@[^/]*/(?:video|photo)/|tiktok\.com/(?!api/)",
            r"__UNIVERSAL_DATA_FOR_REHYDRATION__|id=\"SIGI_STATE\"",
        ),
        "items": PageKind(
            r"/api/(?:search|challenge|post|recommend|item|music)/",
            r'\A\s*\{(?s:.*)"(?:createTime|itemStruct|statsV2|item_list)"\s*:',
        ),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The pages of the videos whose ids or addresses the user gave."""
        for target in order.targets:
            found = TARGET.search(target)
            if found:
                path = f"/@{found['user'] or 'i'}/{found['kind'] or 'video'}/{found['id']}"
                yield PageRequest(self.address("www", path), "video")
            elif SHORT_LINK.match(target):
                yield PageRequest(target, "video")

    def request_again(self, post_id: str) -> Iterator[PageRequest]:
        """The video's page."""
        if post_id.isdigit():
            url = self.address("www", f"/@i/video/{post_id}")
            yield PageRequest(url, "video", {"known": post_id})

    def parse_video(self, page: Page) -> Iterator[Parsed]:
        """The video of a page, by either of its two states."""
        if 'id="wci"' in page.text and 'id="cs"' in page.text:
            raise Blocked("a page of the firewall", page.url)
        state = read_script_state(page.text, "__UNIVERSAL_DATA_FOR_REHYDRATION__")
        details = [
            detail
            for name, detail in _members(pick(state, "__DEFAULT_SCOPE__"))
            if "video" in name and "detail" in name
        ]
        for detail in details:
            code = read_code(pick(detail, "statusCode"))
            if code in GONE_CODES and page.context.get("known"):
                yield self.reject(page, "posts", "gone", page.context["known"], None)
                return
            if code not in ANSWERED:
                raise SourceFailed(
                    f"statusCode {code}: the video is private, gone or not shown here", page.url
                )
        items = find_items(details, "itemStruct") or find_items(state, "itemList")
        if items is None:
            items = [
                item for _, item in _members(pick(read_script_state(page.text, "SIGI_STATE"), "ItemModule"))
            ]
        if not items:
            raise PageChanged("webapp.video-detail.itemInfo.itemStruct or ItemModule", page.url)
        yield from self.read_each(page, "posts", items, read_item, self)

    def parse_items(self, page: Page) -> Iterator[Parsed]:
        """Videos of a search, a hashtag or an account."""
        answer = _open_answer(page)
        items = find_items(answer, "itemList", "item_list", "itemStruct")
        if items is None:
            items = find_items(pick(answer, "data"), "item")
        if items is None:
            raise PageChanged("itemList", page.url)
        yield from self.read_each(page, "posts", items, read_item, self)

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments under a video."""
        answer = _open_answer(page)
        if not isinstance(answer, dict) or not isinstance(answer.get("comments", 0), list | None):
            raise PageChanged("comments", page.url)
        yield from self.read_each(page, "posts", list_comments(answer["comments"] or []), read_comment, self)

    def parse_oembed(self, page: Page) -> Iterator[Parsed]:
        """What the public oEmbed answer tells of a video."""
        answer = page.json()
        if pick(answer, "html") is None and pick(answer, "embed_product_id") is None:
            raise PageChanged("embed_product_id", page.url)
        yield from self.read_each(page, "posts", [answer], read_embed, self)


def _members(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


def _open_answer(page: Page) -> Json:
    answer = page.json()
    code = read_code(pick(answer, "statusCode")) or read_code(pick(answer, "status_code"))
    if code in {10000, 10101, 10201, 2483, 8}:
        raise Blocked(f"statusCode {code}", page.url)
    if code:
        raise SourceFailed(f"statusCode {code}", page.url)
    return answer
