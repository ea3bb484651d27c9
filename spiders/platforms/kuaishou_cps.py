"""Kuaishou's 快分销: items by search word through the open platform, with the user's own app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.errors import PageChanged
from spiders.fields import pick, read_code, read_name, read_text, require_id, require_list, require_title
from spiders.official import (
    OfficialSource,
    SignedCall,
    begin_list,
    post_form,
    read_offer_prices,
    read_query,
    read_sold,
    strip_query,
    write_json,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.prices import parse_minor_price
from spiders.signing import sign_pairs
from warehouse.records import Listing

PAGE_SIZE = 100
METHOD = "open.distribution.cps.kwaimoney.selection.item.list"
PATH = "/" + METHOD.replace(".", "/")
ENDS = {"", "0", "no_more"}


class KuaishouCps(OfficialSource):
    """Items that Kuaishou's shops give to promoters; targets are search words."""

    name = "kuaishou_cps"
    platform = "kuaishou"
    title = "Kuaishou CPS 快分销"
    homepage = "https://open.kwaixiaodian.com"
    credentials = ("app_key", "sign_secret", "access_token")
    key_codes = frozenset({"21", "22", "23", "24", "25", "27", "28", "100200100", "100200101"})
    limit_codes = frozenset({"1011", "1012", "1013"})
    addresses: ClassVar = {"gateway": "https://openapi.kwaixiaodian.com"}
    page_kinds: ClassVar = {"items": PageKind(r"/cps/kwaimoney/selection/item/list\b", r'"zkGoodsPrice"\s*:')}

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each search word; the best selling items without any."""
        for word in order.targets or ("",):
            asked: dict[str, str | int] = {"keyword": word} if word else {"sortType": "VOLUME_DESC"}
            yield PageRequest(
                self.address("gateway", PATH, **asked, pageSize=PAGE_SIZE), "items", begin_list(order, word)
            )

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """A form with the request as JSON in one field, and `sign`, an HMAC over all fields."""
        asked: dict[str, str | int] = {**read_query(request.url), "pageSize": PAGE_SIZE}
        fields = {
            "method": METHOD,
            "appkey": keys["app_key"],
            "access_token": keys["access_token"],
            "version": "1",
            "signMethod": "HMAC_SHA256",
            "timestamp": str(int(now.timestamp() * 1000)),
            "param": write_json(asked),
        }
        return post_form(strip_query(request.url), fields | {"sign": sign_pairs(fields, keys["sign_secret"])})

    def parse_items(self, page: Page) -> Iterator[Parsed]:
        """Listings, and the next page by the cursor that the answer gives."""
        answer = page.json()
        result = read_code(pick(answer, "result"))
        if result is None:
            raise PageChanged("result", page.url)
        if result != 1:
            said = pick(answer, "error_msg") or pick(answer, "sub_msg") or pick(answer, "msg")
            raise self.explain(page, result, said)
        items = require_list(page, answer, "data", "itemList")
        yield from self.read_each(page, "listings", items, read_item, self)
        cursor = pick(answer, "data", "pageIndex")
        if (
            items
            and isinstance(cursor, str | int)
            and not isinstance(cursor, bool)
            and str(cursor) not in ENDS
        ):
            yield from self.follow(page, "items", pageIndex=str(cursor))


def read_item(item: Json, page: Page, source: OfficialSource) -> Listing:
    """One item -> a listing; prices are in fen, `salesTip` counts 30 days, the category is a number."""
    return Listing(
        **source.stamp(page),
        listing_id=require_id(pick(item, "goodsId")),
        title=require_title(pick(item, "goodsTitle")),
        text=read_text(pick(item, "goodsDesc")),
        shop=read_name(pick(item, "mallName")),
        **read_offer_prices(
            parse_minor_price(pick(item, "zkGoodsPrice")), parse_minor_price(pick(item, "goodsPrice"))
        ),
        **read_sold(pick(item, "salesTip"), "30d"),
        query=page.context.get("query"),
    )
