"""Offers and reviews in the state of Taobao's and Tmall's pages and answers in; listings and posts out."""

from __future__ import annotations

import re
from typing import Any

from spiders.errors import BadPayload, Blocked, SourceFailed
from spiders.fields import pick, pick_list, read_name, read_title, require_id, require_title
from spiders.page import Json, Page, load_json
from spiders.platform import Platform
from spiders.prices import parse_minor_price
from spiders.saved_offers import make_review, read_prices, read_review_count, read_sold
from warehouse.records import Listing, Post

WALLS = re.compile(r"RGV587|FAIL_SYS_(?:USER_VALIDATE|TOKEN|ILLEGAL|SESSION|TRAFFIC)")


def open_answer(page: Page) -> Json:
    """`data` of an mtop answer; Blocked when it wants a login or captcha, SourceFailed at other errors."""
    answer = page.json()
    if pick(answer, "rgv587_flag"):
        raise Blocked("rgv587_flag", page.url)
    told = " ".join(str(part) for part in pick_list(answer, "ret"))
    if WALLS.search(told):
        raise Blocked(told[:80], page.url)
    if told and "SUCCESS" not in told:
        raise SourceFailed(told[:80], page.url)
    return pick(answer, "data") if isinstance(pick(answer, "data"), dict) else answer


def read_auction(item: Json, page: Page, platform: Platform) -> Listing:
    """A result of the search page, or of the newer recommend answer."""
    item_id = require_id(pick(item, "nid") or pick(item, "item_id"))
    links = f"{pick(item, 'detail_url')} {pick(item, 'auctionURL')}"
    is_tmall = pick(item, "shopcard", "isTmall") is True or "detail.tmall" in links
    shown = pick(item, "view_price") or pick(item, "priceShow", "price") or pick(item, "price")
    sold = pick(item, "view_sales") if pick(item, "view_sales") is not None else pick(item, "realSales")
    return Listing(
        **platform.stamp(page),
        listing_id=item_id,
        url=make_item_url(item_id, is_tmall),
        title=require_title(pick(item, "raw_title") or pick(item, "title")),
        shop=read_name(pick(item, "shopName") or pick(item, "shopInfo", "title") or pick(item, "nick")),
        **read_prices(shown),
        **read_sold(sold, "unknown"),
        review_count=read_review_count(pick(item, "comment_count")),
    )


def read_item(state: Json, page: Page, platform: Platform) -> Listing:
    """The state of an item's page."""
    state = _merge_stack(state)
    item, seller, parts = pick(state, "item"), pick(state, "seller"), pick(state, "componentsVO")
    item_id = require_id(pick(item, "itemId"))
    shown = pick(state, "price", "price", "priceText") or pick(parts, "priceVO", "price", "priceText")
    struck = pick(state, "price", "extraPrices", 0, "priceText") or pick(
        parts, "priceVO", "extraPrice", "priceText"
    )
    trade = pick(state, "trade", "buyEnable")
    return Listing(
        **platform.stamp(page),
        listing_id=item_id,
        url=make_item_url(item_id, pick(seller, "sellerType") == "B"),
        title=require_title(pick(item, "title") or pick(parts, "titleVO", "title", "title")),
        text=read_title(pick(item, "subtitle")) or "",
        shop=read_name(pick(seller, "shopName")),
        **read_prices(shown or _find_sku_price(state), struck),
        **read_sold(pick(parts, "titleVO", "salesDesc") or pick(item, "sellCount"), "unknown"),
        review_count=read_review_count(pick(item, "commentCount") or pick(state, "rate", "totalCount")),
        in_stock=str(trade).lower() == "true" if trade is not None else None,
    )


def read_review(item: Json, page: Page, platform: Platform, listing_id: object) -> Post:
    """A review shown with an item."""
    return make_review(
        platform,
        page,
        review_id=pick(item, "id") or pick(item, "rateId"),
        listing_id=listing_id,
        text=pick(item, "content") or pick(item, "feedback"),
        written_at=pick(item, "dateTime") or pick(item, "feedbackDate"),
        author=pick(item, "userName"),
    )


def make_item_url(item_id: str, is_tmall: bool) -> str:
    """Address of an item."""
    return f"https://{'detail.tmall' if is_tmall else 'item.taobao'}.com/item.htm?id={item_id}"


def _merge_stack(state: Json) -> Json:
    """Mobile answers keep prices and sales in a JSON text beside the rest."""
    text = pick(state, "apiStack", 0, "value")
    if not isinstance(state, dict) or not isinstance(text, str):
        return state
    try:
        inner = load_json(text)
    except BadPayload:
        return state
    return {**(inner if isinstance(inner, dict) else {}), **state}


def _find_sku_price(state: Json) -> Any:  # noqa: ANN401 - text or number, as the page writes it
    for holder in ("skuCore", "mock"):
        offers = pick(state, holder, "sku2info")
        first = next(iter(offers.values()), None) if isinstance(offers, dict) else None
        price = pick(offers, "0", "price") or pick(first, "price")
        if pick(price, "priceText"):
            return price["priceText"]
        minor = parse_minor_price(pick(price, "priceMoney"))
        if minor:
            return minor.low
    return None
