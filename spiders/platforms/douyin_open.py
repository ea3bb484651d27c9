"""Douyin's open platform: the hottest videos of the day before, with the user's own app."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.captions import extract_hashtags
from spiders.errors import Blocked, MissingField, PageChanged
from spiders.fields import pick, read_code, read_counts, read_heat, read_text, require_list, require_title
from spiders.official import OfficialSource, SignedCall, Token, post_json
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed
from warehouse.records import BoardEntry, Post

BOARD = "hot_video"
TOKEN_ENDED = re.compile(rb'"error_code"\s*:\s*(?:2190002|2190008)\b')
VIDEO_ID = re.compile(r"/video/(\d{6,20})")


class DouyinOpen(OfficialSource):
    """The daily billboard of Douyin; scope data.external.billboard_hot_video."""

    name = "douyin_open"
    platform = "douyin"
    title = "Douyin Open Platform 抖音开放平台"
    homepage = "https://open.douyin.com"
    credentials = ("client_key", "client_secret")
    key_codes = frozenset({"10003", "10008", "10013", "2190002", "2190003", "2190004", "2190008", "28001003"})
    limit_codes = frozenset({"2190001", "28003017"})
    addresses: ClassVar = {"api": "https://open.douyin.com"}
    page_kinds: ClassVar = {"billboard": PageKind(r"/billboard/hot_video\b", r'"hot_words"\s*:')}

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The billboard; it takes no search word and has one page."""
        yield PageRequest(self.address("api", "/data/extern/billboard/hot_video/"), "billboard")

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """The client token in a header."""
        return SignedCall(request.url, headers={"access-token": token})

    def call_token(self, keys: Mapping[str, str]) -> SignedCall:
        """The call that gives a client token for two hours."""
        asked = {"grant_type": "client_credential", **{name: keys[name] for name in self.credentials}}
        return post_json(self.address("api", "/oauth/client_token/"), asked)

    def read_token(self, page: Page) -> Token:
        """The client token; Blocked when the key is refused or nothing was given."""
        given = self._open(page)
        value, seconds = pick(given, "access_token"), read_code(pick(given, "expires_in"))
        if not isinstance(value, str) or not value:
            raise Blocked("no client token was given", page.url)
        return Token(value, float(seconds or 0))

    def is_token_expired(self, page: Page) -> bool:
        """Whether the token has run out before its time."""
        return TOKEN_ENDED.search(page.body) is not None

    def parse_billboard(self, page: Page) -> Iterator[Parsed]:
        """Videos and their places; an empty board is one that is not ready yet."""
        for item in require_list(page, self._open(page), "list"):
            yield from self.read_each(page, "posts", [item], read_video, self)
            yield from self.read_each(page, "board_entries", [item], read_place, self)

    def _open(self, page: Page) -> Json:
        answer = page.json()
        found = pick(answer, "data")
        code = read_code(pick(found, "error_code")) or read_code(pick(answer, "extra", "error_code"))
        if code:
            raise self.explain(page, code, pick(found, "description") or pick(answer, "extra", "description"))
        if not isinstance(found, dict):
            raise PageChanged("data", page.url)
        return found


def find_id(item: Json) -> str:
    """The digits of the share address; MissingField when it has none."""
    found = VIDEO_ID.search(str(pick(item, "share_url")))
    if found is None:
        raise MissingField("no video in share_url", pick(item, "share_url"))
    return found[1]


def read_video(item: Json, page: Page, source: OfficialSource) -> Post:
    """One video with its counts; the billboard tells neither the author's id nor the time."""
    caption = read_text(pick(item, "title"))
    return Post(
        **source.stamp(page),
        post_id=find_id(item),
        kind="video",
        url=f"https://www.douyin.com/video/{find_id(item)}",
        text=caption,
        hashtags=extract_hashtags(caption, paired=False),
        **read_counts(
            {
                "views": pick(item, "play_count"),
                "likes": pick(item, "digg_count"),
                "comments": pick(item, "comment_count"),
            }
        ),
    )


def read_place(item: Json, page: Page, source: OfficialSource) -> BoardEntry:
    """One line of the board."""
    return BoardEntry(
        **source.stamp(page),
        board=BOARD,
        rank=read_code(pick(item, "rank")),
        title=require_title(pick(item, "title")),
        subject_id=find_id(item),
        heat=read_heat(pick(item, "hot_value")),
        url=f"https://www.douyin.com/video/{find_id(item)}",
    )
