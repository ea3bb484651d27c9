"""Pinduoduo: item pages that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from spiders.embedded_state import read_assigned_state
from spiders.errors import Blocked, PageChanged
from spiders.fields import (
    pick,
    pick_first,
    pick_list,
    read_code,
    read_name,
    read_text,
    require_id,
    require_title,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.prices import parse_price
from spiders.saved_offers import read_prices, read_review_count, read_sold
from warehouse.records import Listing

WALL_CODES = {40001, 40002, 43001, 54001}


class Pinduoduo(Platform):
    """Pages of yangkeduo.com as users have them; without a login there are none."""

    name = "pinduoduo"
    title = "Pinduoduo 拼多多"
    homepage = "https://www.pinduoduo.com"
    routes = ("import",)
    page_kinds: ClassVar = {
        "goods": PageKind(
            r"/goods\d*\.html|psnl_verification|yangkeduo\.com/login",
            r"window\.rawData|\"goods(?:ID|Name|_name)\"\s*:|\"verify_auth_token\"",
        )
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """None: nothing here answers without a login."""
        return iter(())

    def parse_goods(self, page: Page) -> Iterator[Parsed]:
        """The listing of an item's page or answer."""
        is_page = page.text.lstrip()[:1] == "<" and "rawData" in page.text
        state = read_assigned_state(page.text, "window.rawData") if is_page else page.json()
        if read_code(pick(state, "error_code")) in WALL_CODES or pick(state, "verify_auth_token"):
            raise Blocked(f"error_code {pick(state, 'error_code')}", page.url)
        roots = [pick(state, "store", "initDataObj"), pick(state, "store"), pick(state, "initDataObj"), state]
        found = next((root for root in roots if isinstance(pick(root, "goods"), dict)), None)
        if found is None:
            if any(pick(root, "needLogin") is True for root in roots):
                raise Blocked("a login is asked for", page.url)
            raise PageChanged("store.initDataObj.goods", page.url)
        yield from self.read_each(page, "listings", [found], read_goods, self)


def read_goods(item: Json, page: Page, platform: Platform) -> Listing:
    """An item with its mall and reviews, in camelCase or snake_case."""
    goods, mall, review = pick(item, "goods"), pick(item, "mall"), pick(item, "review")
    goods_id = require_id(pick_first(goods, "goodsID", "goodsId", "goods_id"))
    asked = pick_first(goods, "minGroupPrice", "min_group_price")
    if asked is None:
        shown = (pick_first(sku, "groupPrice", "group_price") for sku in pick_list(goods, "skus"))
        prices = [price for price in (parse_price(text, "CNY") for text in shown) if price]
        asked = min((price.low for price in prices), default=None)
    original = pick_first(goods, "marketPrice", "market_price", "minNormalPrice", "min_normal_price")
    is_on_sale = pick_first(goods, "isOnSale", "is_onsale")
    return Listing(
        **platform.stamp(page),
        listing_id=goods_id,
        url=f"https://mobile.yangkeduo.com/goods.html?goods_id={goods_id}",
        title=require_title(pick_first(goods, "goodsName", "goods_name")),
        text=read_text(pick_first(goods, "goodsDesc", "goods_desc")),
        shop=read_name(pick_first(mall, "mallName", "mall_name")),
        **read_prices(asked, original, pick_first(goods, "maxGroupPrice", "max_group_price")),
        **read_sold(
            pick_first(goods, "sideSalesTip", "side_sales_tip", "soldQuantity", "sold_quantity"), "lifetime"
        ),
        review_count=read_review_count(pick_first(review, "reviewNum", "review_num", "commentNumText")),
        in_stock=is_on_sale if isinstance(is_on_sale, bool) else None,
    )
