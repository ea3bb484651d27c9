"""Offers and reviews on JD's pages and in its answers in; listings and posts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector

from spiders.fields import pick, read_counts, read_id, read_name, require_id, require_title
from spiders.javascript_objects import read_assigned_object
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.prices import OFF_SHELF
from spiders.saved_offers import make_review, read_prices, read_review_count
from warehouse.records import Listing, Post

BRAND = re.compile(r"品牌\s*[:：]\s*(.{1,60})")


def find_offer(text: str) -> dict[str, Any] | None:
    """The offer of an item's page, desktop or mobile, in the members of `read_offer`; None without one."""
    # Other members of pageConfig hold expressions; the product is a literal.
    config = text.find("pageConfig")
    product = read_assigned_object(text[config:], "product") if config >= 0 else None
    selector = Selector(text, type="html")
    if isinstance(product, dict):
        sku = pick(product, "skuid")
        is_plain = str(sku).isascii() and str(sku).isalnum()
        parameters = [_show(row) for row in selector.css(".p-parameter li")]
        brand = next((found[1] for row in parameters if (found := BRAND.search(row))), None)
        crumbs = [_show(crumb) for crumb in selector.css("#crumb-wrap .crumb .item a")]
        return {
            "sku": sku,
            "name": pick(product, "name") or _show(selector.css(".sku-name")),
            "price": _show(selector.css(f".price.J-p-{sku}")) if is_plain else None,
            "shop": selector.css(".J-hove-wrap .name a::attr(title)").get(),
            "brand": brand,
            "categories": [crumb for crumb in crumbs if crumb],
            "reviews": _show(selector.css(f"#comment-count a, .J-comm-{sku}")) if is_plain else None,
        }
    item = pick(read_assigned_object(text, "_itemOnly"), "item")
    if not isinstance(item, dict):
        return None
    price = pick(read_assigned_object(text, "_itemInfo"), "price")
    named = {"sku": pick(item, "skuId"), "name": pick(item, "skuName"), "brand": pick(item, "brandName")}
    return named | {"price": pick(price, "p"), "list_price": pick(price, "op") or pick(price, "m")}


def list_search_offers(text: str) -> Iterator[dict[str, Any]]:
    """Offers of a page of results."""
    for card in Selector(text, type="html").css("li.gl-item[data-sku]"):
        yield {
            "sku": card.attrib.get("data-sku"),
            "name": _show(card.css(".p-name em")),
            "price": _show(card.css(".p-price i")),
            "shop": card.css(".p-shop a::attr(title)").get() or _show(card.css(".p-shop a")),
            "reviews": _show(card.css(".p-commit a")),
        }


def list_answer_offer(item: Json) -> dict[str, Any]:
    """An offer of recommendations (`sku`, `t`, `price`), or of the newer search answer."""
    return {
        "sku": pick(item, "sku") or pick(item, "skuId") or pick(item, "wareId"),
        "name": pick(item, "t") or pick(item, "wareName") or pick(item, "wname"),
        "price": pick(item, "price", "finalPrice", "estimatedPrice")
        or pick(item, "price", "p")
        or pick(item, "jdPrice")
        or pick(item, "realPrice"),
        "list_price": pick(item, "price", "mp") or pick(item, "price", "p"),
        "shop": pick(item, "shopName"),
        "brand": pick(item, "bn"),
        "reviews": pick(item, "totalCount") or pick(item, "commentFuzzy"),
    }


def list_ware(answer: Json) -> dict[str, Any]:
    """The offer of the answer pc_detailpage_wareBusiness."""
    about = pick(answer, "wareInfoReadMap")
    buyable = pick(answer, "commonLimitInfo", "resultExtMap", "canBuy")
    return {
        "sku": pick(answer, "pageConfigVO", "skuid") or pick(about, "sku_id") or pick(about, "product_id"),
        "name": pick(about, "sku_name"),
        "price": pick(answer, "price", "finalPrice", "price") or pick(answer, "price", "p"),
        "list_price": pick(answer, "price", "op") or pick(answer, "price", "p"),
        "shop": pick(about, "shop_name"),
        "in_stock": None if buyable is None else str(buyable) == "1",
    }


def read_offer(item: Json, page: Page, platform: Platform) -> Listing:
    """An offer as found above."""
    sku = require_id(pick(item, "sku"))
    price = str(pick(item, "price") or "").strip()
    categories = pick(item, "categories")
    return Listing(
        **platform.stamp(page),
        listing_id=sku,
        url=f"https://item.jd.com/{sku}.html",
        title=require_title(pick(item, "name")),
        shop=read_name(pick(item, "shop")),
        brand=read_name(pick(item, "brand")),
        category_path=tuple(categories) if isinstance(categories, list) else (),
        **read_prices(price, pick(item, "list_price")),
        review_count=read_review_count(pick(item, "reviews")),
        in_stock=False if price in OFF_SHELF else pick(item, "in_stock"),
    )


def read_review(item: Json, page: Page, platform: Platform, listing_id: str | None) -> Post:
    """A review of club.jd.com, or of the newer answer; a later addition follows the text."""
    text = pick(item, "content") or pick(item, "commentData")
    later = pick(item, "afterUserComment", "content") or pick(
        item, "afterUserComment", "hAfterUserComment", "content"
    )
    return make_review(
        platform,
        page,
        review_id=pick(item, "guid") or pick(item, "id") or pick(item, "commentId"),
        listing_id=read_id(pick(item, "referenceId")) or listing_id,
        text=f"{text}\n追评：{later}" if text and later else text,
        written_at=pick(item, "creationTime") or pick(item, "commentDate"),
        author=pick(item, "nickname") or pick(item, "userNickName"),
        counts=read_counts({"likes": pick(item, "usefulVoteCount"), "comments": pick(item, "replyCount")}),
    )


def _show(found: Any) -> str:  # noqa: ANN401 - a selector, or a list of them
    first = found[:1] if not isinstance(found, Selector) else found
    return " ".join("".join(first.css("::text").getall()).split())
