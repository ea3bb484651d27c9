"""HTML of Taobao's and Tmall's pages in; the state of an item, and the cards of a page of results, out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parsel import Selector

from spiders.embedded_state import read_assigned_state
from spiders.fields import pick
from spiders.javascript_objects import read_assigned_object
from spiders.nested import find_members
from spiders.page import Json

ITEM_LINK = "#content_items_wrapper a[href*='item.htm?']"


def find_item_state(text: str) -> Json:
    """State of an item's page: of Tmall's mobile page, of the newer desktop page, or of the old one."""
    state = read_assigned_state(text, "_DATA_Detail")
    if state is not None:
        return state
    for name in ("window.__ICE_APP_CONTEXT__", "__ICE_APP_CONTEXT__", "var b"):
        loaded = read_assigned_state(text, name) if "__ICE_APP_CONTEXT__" in text else None
        parts = (part for member in ("res", "data") for part in find_members(loaded, member))
        found = next((part for part in parts if pick(part, "item")), None)
        if found is not None:
            return found
    start = text.find("g_config")
    idata = read_assigned_object(text[start:], "idata") if start >= 0 else None
    return _read_old_state(text, idata) if isinstance(pick(idata, "item"), dict) else None


def _read_old_state(text: str, idata: Json) -> dict[str, Any]:
    """`g_config.idata` and what stands beside it on the page, in the members of the newer states."""
    item, selector = idata["item"], Selector(text, type="html")
    price = "".join(selector.css("#J_StrPrice .tb-rmb-num::text, .tb-rmb-num::text")[:1].getall()).strip()
    title = "".join(selector.css(".tb-main-title::attr(data-title)")[:1].getall())
    shop = pick(idata, "shop", "shopName") or pick(idata, "shop", "name") or pick(idata, "seller", "nick")
    return {
        "item": {
            "itemId": pick(item, "itemId") or pick(item, "id"),
            "title": pick(item, "title") or title,
        },
        "seller": {"shopName": shop, "sellerType": pick(idata, "seller", "sellerType")},
        "price": {"price": {"priceText": pick(item, "price") or price}},
    }


def list_shown_cards(text: str) -> list[dict[str, Any]]:
    """Cards of a page of results as it was drawn since 2024, in the members of the answer behind it.

    Class names end in a hash that changes; their beginnings stay.
    """
    return [_read_card(card) for card in Selector(text, type="html").css(ITEM_LINK)]


def _read_card(card: Selector) -> dict[str, Any]:
    href = card.attrib.get("href", "")
    whole, part = _show(card, "Price--priceInt"), _show(card, "Price--priceFloat")
    return {
        "item_id": parse_qs(urlsplit(href).query).get("id", [""])[0],
        "auctionURL": href,
        "title": _show(card, "Title--title") or _show(card, "Title--"),
        "price": f"{whole}{part}".replace("¥", "").strip() or None,
        "realSales": _show(card, "Price--realSales") or None,
        "nick": _show(card, "ShopInfo--shopName") or None,
    }


def _show(card: Selector, beginning: str) -> str:
    found = card.xpath(f".//*[starts-with(@class, '{beginning}') or contains(@class, ' {beginning}')]")[:1]
    return re.sub(r"\s+", " ", "".join(found.css("::text").getall())).strip()
