"""Weibo's open interface: statuses that the user names, with the user's own OAuth2 token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.errors import PageChanged
from spiders.fields import pick, read_code, require_list
from spiders.item_addresses import decode_bid
from spiders.official import OfficialSource, SignedCall
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.weibo_statuses import list_comments, list_statuses, read_comment, read_status

STATUS_ID = re.compile(
    r"(?:^|[?&]id=|/(?:status|detail)/|weibo\.com/\d+/)(?:(\d{10,20})|([0-9a-zA-Z]{6,12}))(?=$|[?&#/])"
)


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
    page_kinds: ClassVar = {
        "comments": PageKind(r"/2/comments/(?:show|mentions|timeline)\b", r'"hasvisible"\s*:'),
        "status": PageKind(r"/2/statuses/show\b", ""),
    }
    """A status has no sign of its own: whatever holds no comments is taken for one."""

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """Each status that the user named."""
        for target in order.targets:
            found = STATUS_ID.search(target)
            if found:
                status = found[1] or decode_bid(found[2])
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

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments under a status that a user saved."""
        answer = page.json()
        code = read_code(pick(answer, "error_code"))
        if code:
            raise self.explain(page, code, pick(answer, "error"))
        comments = list_comments(require_list(page, answer, "comments"))
        yield from self.read_each(page, "posts", comments, read_comment, self)
