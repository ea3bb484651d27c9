"""Weibo's open interface: statuses that the user names, with the user's own OAuth2 token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.errors import PageChanged
from spiders.fields import pick, read_code
from spiders.official import OfficialSource, SignedCall
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.weibo_statuses import list_statuses, read_status

STATUS_ID = re.compile(
    r"(?:^|[?&]id=|/(?:status|detail)/|weibo\.com/\d+/)(?:(\d{10,20})|([0-9a-zA-Z]{6,12}))(?=$|[?&#/])"
)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class WeiboApi(OfficialSource):
    """Statuses of Weibo; targets are their numbers or addresses. Search and trends are closed to apps."""

    name = "weibo_api"
    platform = "weibo"
    title = "Weibo API 微博开放平台"
    homepage = "https://open.weibo.com"
    credentials = ("access_token",)
    key_codes = frozenset({"10006", "10013", "10014", "21301", *map(str, range(21314, 21328)), "21332"})
    limit_codes = frozenset({"10022", "10023", "10024"})
    addresses: ClassVar = {"api": "https://api.weibo.com"}
    page_kinds: ClassVar = {"status": PageKind(r"api\.weibo\.com/2/statuses/show\b", "")}
    """No sign of its own: a saved answer without its address is read by the parser of weibo.com."""

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """Each status that the user named."""
        for target in order.targets:
            found = STATUS_ID.search(target)
            if found:
                status = found[1] or str(read_short_id(found[2]))
                yield PageRequest(self.address("api", "/2/statuses/show.json", id=status), "status")

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """The token in a header."""
        return SignedCall(request.url, headers={"Authorization": f"OAuth2 {keys['access_token']}"})

    def parse_status(self, page: Page) -> Iterator[Parsed]:
        """A status, and the one it repeats."""
        answer = page.json()
        code = read_code(pick(answer, "error_code"))
        if code:
            raise self.explain(page, code, pick(answer, "error"))
        if pick(answer, "created_at") is None:
            raise PageChanged("created_at", page.url)
        yield from self.read_each(page, "posts", list_statuses([answer]), read_status, self)


def read_short_id(short: str) -> int:
    """The short form in addresses (`Oz5kLd0fP`) -> the number: four base-62 digits are seven decimal ones."""
    number = 0
    for start in range(len(short) % 4 - 4 if len(short) % 4 else 0, len(short), 4):
        part = 0
        for letter in short[max(0, start) : start + 4]:
            part = 62 * part + DIGITS.index(letter)
        number = 10_000_000 * number + part
    return number
