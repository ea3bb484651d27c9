"""TikTok's Research API: videos by keyword or hashtag of the last 30 days, for researchers with access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from spiders.errors import Blocked
from spiders.fields import pick, read_code, require_list
from spiders.official import (
    OfficialSource,
    SignedCall,
    Token,
    begin_list,
    post_form,
    post_json,
    read_number,
    read_query,
    strip_query,
)
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.research_videos import read_video

PAGE_SIZE = 100
LONGEST_RANGE = timedelta(days=30)
REGIONS = ("SG", "MY", "TW")
"""Where many write Chinese; asked for when there is no word, since a query must hold a condition."""
FIELDS = (
    "id,video_description,create_time,region_code,username,view_count,like_count,comment_count,"
    "share_count,favorites_count,hashtag_names"
)


class TiktokResearch(OfficialSource):
    """Videos of TikTok for non-profit research; targets are keywords, or hashtags with a # before them."""

    name = "tiktok_research"
    platform = "tiktok"
    title = "TikTok Research API"
    homepage = "https://developers.tiktok.com/products/research-api/"
    credentials = ("client_key", "client_secret")
    key_codes = frozenset(
        {"access_token_invalid", "invalid_client", "scope_not_authorized", "scope_permission_missed"}
    )
    limit_codes = frozenset({"rate_limit_exceeded", "daily_quota_limit_exceeded"})
    addresses: ClassVar = {"api": "https://open.tiktokapis.com"}
    searches = "posts"
    page_kinds: ClassVar = {"videos": PageKind(r"/v2/research/video/query\b", r'"video_description"\s*:')}

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each keyword or hashtag; what is new in three regions without any."""
        for word in order.targets or ("",):
            name = "hashtag_name" if word.startswith("#") else "keyword" if word else "region_code"
            asked = {name: word.lstrip("#") or ",".join(REGIONS)}
            url = self.address("api", "/v2/research/video/query/", **asked)
            yield PageRequest(url, "videos", begin_list(order, word))

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """The query as JSON, the token in a header; the first page sets the range of days."""
        query = read_query(request.url)
        start, end = make_range(now)
        conditions = [
            {"operation": "IN", "field_name": name, "field_values": query[name].split(",")}
            if name == "region_code"
            else {"operation": "EQ", "field_name": name, "field_values": [query[name]]}
            for name in ("keyword", "hashtag_name", "region_code")
            if name in query
        ]
        asked: dict[str, object] = {
            "query": {"and": conditions},
            "start_date": query.get("start_date", start),
            "end_date": query.get("end_date", end),
            "max_count": PAGE_SIZE,
        }
        if "search_id" in query:
            asked |= {"cursor": read_number(query, "cursor", 0), "search_id": query["search_id"]}
        url = f"{strip_query(request.url)}?{urlencode({'fields': FIELDS})}"
        return post_json(url, asked, {"Authorization": f"Bearer {token}"})

    def call_token(self, keys: Mapping[str, str]) -> SignedCall:
        """The call that gives a client token for two hours."""
        asked = {"grant_type": "client_credentials", **{name: keys[name] for name in self.credentials}}
        return post_form(self.address("api", "/v2/oauth/token/"), asked)

    def read_token(self, page: Page) -> Token:
        """The client token; Blocked when the key is refused or nothing was given."""
        answer = page.json()
        value, seconds = pick(answer, "access_token"), read_code(pick(answer, "expires_in"))
        if pick(answer, "error"):
            raise self.explain(page, pick(answer, "error"), pick(answer, "error_description"))
        if not isinstance(value, str) or not value:
            raise Blocked("no client token was given", page.url)
        return Token(value, float(seconds or 0))

    def is_token_expired(self, page: Page) -> bool:
        """Whether the token has run out before its time."""
        return page.status == 401 and b'"access_token_invalid"' in page.body

    def parse_videos(self, page: Page) -> Iterator[Parsed]:
        """Videos, and the next page by cursor and search id while there is more."""
        answer = page.json()
        code = pick(answer, "error", "code")
        if code not in (None, "ok"):
            raise self.explain(page, code, pick(answer, "error", "message"))
        items = require_list(page, answer, "data", "videos")
        yield from self.read_each(page, "posts", items, read_video, self)
        cursor, search = read_code(pick(answer, "data", "cursor")), pick(answer, "data", "search_id")
        is_more = pick(answer, "data", "has_more") is True and bool(items)
        if is_more and cursor is not None and isinstance(search, str):
            start, end = make_range(page.captured_at)
            asked = {"start_date": start, "end_date": end} | read_query(page.url)
            days = {name: asked[name] for name in ("start_date", "end_date")}
            yield from self.follow(page, "videos", **days, cursor=cursor, search_id=search)


def make_range(now: datetime) -> tuple[str, str]:
    """The longest range that may be asked for, up to today (UTC)."""
    return f"{now - LONGEST_RANGE:%Y%m%d}", f"{now:%Y%m%d}"
