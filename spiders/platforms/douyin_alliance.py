"""Douyin's 精选联盟: products by search word through the shop gateway, with the user's own app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from spiders.errors import PageChanged
from spiders.fields import pick, read_code, read_name, read_url, require_id, require_list, require_title
from spiders.moments import SHANGHAI
from spiders.official import (
    OfficialSource,
    SignedCall,
    begin_list,
    is_last,
    post_json,
    read_number,
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
from spiders.signing import sign_shop_call
from warehouse.records import Listing

PAGE_SIZE = 20
METHOD = "alliance.materialsProductsSearch"
DONE = 10000


class DouyinAlliance(OfficialSource):
    """Products that Douyin's shops give to promoters; targets are search words."""

    name = "douyin_alliance"
    platform = "douyin"
    title = "Douyin alliance 精选联盟"
    homepage = "https://buyin.jinritemai.com"
    credentials = ("app_key", "app_secret", "access_token")
    key_codes = frozenset({"30001", "30002", "30005", "30007", "40002", "40003", "40004"})
    limit_codes = frozenset({"30006", "40007", "80001"})
    addresses: ClassVar = {"gateway": "https://openapi-fxg.jinritemai.com"}
    page_kinds: ClassVar = {"products": PageKind(r"/alliance/materialsProductsSearch\b", r'"cos_ratio"\s*:')}

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each search word; the best selling products without any."""
        for word in order.targets or ("",):
            asked: dict[str, str | int] = {"title": word} if word else {}
            query = {**asked, "search_type": 1, "sort_type": 1, "page": 1, "page_size": PAGE_SIZE}
            url = self.address("gateway", "/alliance/materialsProductsSearch", **query)
            yield PageRequest(url, "products", begin_list(order, word))

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """The request as JSON; the gateway wants key, token and `sign`, an HMAC, in the address."""
        query = read_query(request.url)
        asked = {name: value if name == "title" else int(value) for name, value in query.items()}
        fields = {
            "method": METHOD,
            "app_key": keys["app_key"],
            "param_json": write_json(asked),
            "timestamp": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "v": "2",
        }
        body = fields["param_json"]
        sign = sign_shop_call(fields, keys["app_secret"])
        del fields["param_json"]
        signed = fields | {"sign_method": "hmac-sha256", "access_token": keys["access_token"], "sign": sign}
        return post_json(f"{strip_query(request.url)}?{urlencode(signed)}", body)

    def parse_products(self, page: Page) -> Iterator[Parsed]:
        """Listings, and the next page while the total is not reached."""
        answer = page.json()
        code = read_code(pick(answer, "code"))
        if code is None:
            raise PageChanged("code", page.url)
        if code != DONE:
            raise self.explain(page, code, pick(answer, "sub_msg") or pick(answer, "msg"))
        items = require_list(page, answer, "data", "products")
        yield from self.read_each(page, "listings", items, read_product, self)
        query = read_query(page.url)
        number, size = read_number(query, "page", 1), read_number(query, "page_size", PAGE_SIZE)
        if not is_last(number, size, len(items), read_code(pick(answer, "data", "total"))):
            yield from self.follow(page, "products", page=number + 1)


def read_product(item: Json, page: Page, source: OfficialSource) -> Listing:
    """One product -> a listing; prices are in fen, a coupon price of 0 means none, sales are since ever."""
    price = parse_minor_price(pick(item, "price"))
    coupon = parse_minor_price(pick(item, "coupon_price"))
    in_stock = pick(item, "in_stock")
    return Listing(
        **source.stamp(page),
        listing_id=require_id(pick(item, "product_id")),
        url=read_url(pick(item, "detail_url")),
        title=require_title(pick(item, "title")),
        shop=read_name(pick(item, "shop_name")),
        **read_offer_prices(coupon if coupon and coupon.low else price, price),
        **read_sold(pick(item, "sales"), "lifetime"),
        in_stock=in_stock if isinstance(in_stock, bool) else None,
        query=page.context.get("query"),
    )
