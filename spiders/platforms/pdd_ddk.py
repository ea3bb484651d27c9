"""Pinduoduo's 多多进宝 (DDK): goods by search word, or the recommended ones, with the user's own key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.coupons import take_coupon
from spiders.fields import (
    pick,
    read_code,
    read_id,
    read_name,
    read_text,
    require_id,
    require_list,
    require_title,
)
from spiders.official import (
    OfficialSource,
    SignedCall,
    begin_list,
    is_last,
    post_form,
    read_number,
    read_offer_prices,
    read_query,
    read_sold,
    strip_query,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.prices import parse_minor_price
from spiders.signing import sign_enclosed
from warehouse.records import Listing

PAGE_SIZE = 100
SEARCH, RECOMMENDED = "pdd.ddk.goods.search", "pdd.ddk.goods.recommend.get"
ANSWERS = {
    "goods_search_response": "goods_list", "goods_basic_detail_response": "list",
    "top_goods_list_get_response": "list", "goods_detail_response": "goods_details",
}  # fmt: skip


class PddDdk(OfficialSource):
    """Goods of Pinduoduo through its own gateway; targets are search words."""

    name = "pdd_ddk"
    platform = "pinduoduo"
    title = "Pinduoduo DDK 多多进宝"
    homepage = "https://jinbao.pinduoduo.com"
    credentials = ("client_id", "client_secret")
    key_codes = frozenset({"10001", "10016", "10017", "10018", "10019", "20004", "20005", "30001"})
    limit_codes = frozenset({"40001", "54001", "70031", "70032", "70033", "70034", "70035", "70036"})
    addresses: ClassVar = {"gateway": "https://gw-api.pinduoduo.com"}
    page_kinds: ClassVar = {
        "goods": PageKind(
            r"/api/router\b", r'"(?:goods_(?:search|basic_detail|detail)|top_goods_list_get)_response"\s*:'
        )
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each search word; the recommended goods without any."""
        for word in order.targets or ("",):
            asked = {"type": SEARCH, "keyword": word} if word else {"type": RECOMMENDED}
            url = self.address("gateway", "/api/router", **asked, page=1, page_size=PAGE_SIZE)
            yield PageRequest(url, "goods", begin_list(order, word))

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """A form with `sign`, MD5 over all fields."""
        fields = {
            **read_query(request.url),
            "client_id": keys["client_id"],
            "timestamp": str(int(now.timestamp())),
            "data_type": "JSON",
            "version": "V1",
        }
        sign = sign_enclosed(fields, keys["client_secret"])
        return post_form(strip_query(request.url), fields | {"sign": sign})

    def parse_goods(self, page: Page) -> Iterator[Parsed]:
        """Listings, and the next page with the list's own id, without which page 2 is refused."""
        answer = page.json()
        error = pick(answer, "error_response")
        if error is not None:
            code = pick(error, "error_code")
            raise self.explain(page, code, pick(error, "sub_msg") or pick(error, "error_msg"))
        root = next((name for name in ANSWERS if pick(answer, name) is not None), "goods_search_response")
        items = require_list(page, answer, root, ANSWERS[root])
        yield from self.read_each(page, "listings", items, read_goods, self)
        query, listed = read_query(page.url), pick(answer, root)
        number = read_number(query, "page", 1)
        total = read_code(pick(listed, "total_count") or pick(listed, "total"))
        list_id = read_id(pick(listed, "list_id")) if isinstance(pick(listed, "list_id"), str) else None
        if not is_last(number, read_number(query, "page_size", PAGE_SIZE), len(items), total) and list_id:
            yield from self.follow(page, "goods", page=number + 1, list_id=list_id)


def read_goods(item: Json, page: Page, source: OfficialSource) -> Listing:
    """One item -> a listing; prices are in fen, sales are since ever and often a floor (`10万+`)."""
    goods_id = read_id(pick(item, "goods_id"))
    group = parse_minor_price(pick(item, "min_group_price"))
    asked = take_coupon(group, item, page.captured_at)
    original = group if asked != group else parse_minor_price(pick(item, "min_normal_price"))
    category = read_name(pick(item, "opt_name")) or read_name(pick(item, "category_name"))
    return Listing(
        **source.stamp(page),
        listing_id=goods_id or require_id(pick(item, "goods_sign")),
        url=f"https://mobile.yangkeduo.com/goods.html?goods_id={goods_id}" if goods_id else None,
        title=require_title(pick(item, "goods_name")),
        text=read_text(pick(item, "goods_desc")),
        shop=read_name(pick(item, "mall_name")),
        brand=read_name(pick(item, "brand_name")),
        category_path=(category,) if category else (),
        **read_offer_prices(asked, original),
        **read_sold(pick(item, "sales_tip") or pick(item, "sold_quantity"), "lifetime"),
        query=page.context.get("query"),
    )
