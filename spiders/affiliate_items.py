"""Items as JD Union and Alimama's TBK write them in; listings out."""

from __future__ import annotations

from typing import Any

from spiders.fields import (
    pick,
    read_code,
    read_counts,
    read_name,
    read_title,
    read_url,
    require_id,
    require_title,
)
from spiders.official import OfficialSource, read_offer_prices, read_sold
from spiders.page import Json, Page
from spiders.prices import parse_price
from warehouse.records import Listing

UNION_PRICES = ("lowestCouponPrice", "lowestPrice", "price")
ITEM_URLS = {0: "https://item.taobao.com/item.htm?id={}", 1: "https://detail.tmall.com/item.htm?id={}"}
"""By user_type: 1 is Tmall."""


def read_union_goods(item: Json, page: Page, source: OfficialSource) -> Listing:
    """One item -> a listing; prices are in yuan, sales are the orders that were promoted in 30 days."""
    prices = [parse_price(pick(item, "priceInfo", name), "CNY") for name in UNION_PRICES]
    material = pick(item, "materialUrl")
    names = [read_name(pick(item, "categoryInfo", f"cid{level}Name")) for level in (1, 2, 3)]
    return Listing(
        **source.stamp(page),
        listing_id=require_id(pick(item, "skuId") or pick(item, "itemId")),
        url=read_url(material if isinstance(material, str) and "://" in material else f"https://{material}")
        if material
        else None,
        title=require_title(pick(item, "skuName")),
        shop=read_name(pick(item, "shopInfo", "shopName")),
        brand=read_name(pick(item, "brandName")),
        category_path=tuple(name for name in names if name),
        **read_offer_prices(next((price for price in prices if price and price.low), None), prices[-1]),
        **read_sold(pick(item, "inOrderCount30Days"), "promoted_30d"),
        review_count=read_counts({"comments": pick(item, "comments")})["comments"],
        query=page.context.get("query"),
    )


def unwrap(value: Json) -> list[Any] | None:
    """TOP wraps lists in an object with one member, and a list of one at times not at all."""
    for name in ("map_data", "n_tbk_item"):
        inner = pick(value, name)
        if inner is not None:
            value = inner
    if isinstance(value, dict):
        return [value] if "item_id" in value or "num_iid" in value else None
    return value if isinstance(value, list) else None


def read_tbk_item(item: Json, page: Page, source: OfficialSource) -> Listing:
    """One item, nested as now or flat as before -> a listing; `volume` counts 30 days."""
    basic = pick(item, "item_basic_info") or item
    prices = pick(item, "price_promotion_info") or item
    item_id = require_id(pick(item, "item_id") or pick(item, "num_iid"))
    asked = parse_price(pick(prices, "final_promotion_price"), "CNY")
    names = (
        pick(basic, "level_one_category_name") or pick(basic, "cat_name"),
        pick(basic, "category_name") or pick(basic, "cat_leaf_name"),
    )
    seller = read_code(pick(basic, "user_type"))
    return Listing(
        **source.stamp(page),
        listing_id=item_id,
        url=ITEM_URLS.get(seller or 0, ITEM_URLS[0]).format(item_id),
        title=require_title(pick(basic, "title")),
        text=read_title(pick(basic, "sub_title")) or "",
        shop=read_name(pick(basic, "shop_title")) or read_name(pick(basic, "nick")),
        brand=read_name(pick(basic, "brand_name")),
        category_path=tuple(name for name in map(read_name, names) if name),
        **read_offer_prices(
            asked or parse_price(pick(prices, "zk_final_price"), "CNY"),
            parse_price(pick(prices, "reserve_price"), "CNY"),
        ),
        **read_sold(pick(basic, "volume"), "30d"),
        query=page.context.get("query"),
    )
