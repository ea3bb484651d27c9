"""Prices, sales and reviews as pages of marketplaces write them in; fields of listings and posts out."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TypedDict

from spiders.counts import parse_count, parse_count_range
from spiders.errors import MissingField
from spiders.fields import Counts, read_id, read_published
from spiders.page import Page
from spiders.platform import Platform
from spiders.prices import Price, parse_price
from spiders.rich_text import read_rich_text
from spiders.shown_offers import Sold
from warehouse.records import Post, SoldBasis

_IN_BRACKETS = re.compile(r"[(（]([^()（）]{1,20})[)）]\s*$")
_IN_A_MONTH = re.compile("月销|月售|30[天日]")


class OfferPrices(TypedDict):
    """The price fields of a Listing."""

    price: Decimal | None
    price_high: Decimal | None
    list_price: Decimal | None
    currency: str | None


def read_prices(asked: object, original: object = None, highest: object = None) -> OfferPrices:
    """Prices in yuan as shown -> price fields; -1 and empty are no price, an original not above is none."""
    price, struck, top = (_read_yuan(value) for value in (asked, original, highest))
    high = price.high if price else None
    if price and top and top.low > price.low:
        high = top.low
    above = struck and (price is None or struck.low > price.low)
    listed = struck.low if struck and above else price.list_price if price else None
    return {
        "price": price.low if price else None,
        "price_high": high,
        "list_price": listed,
        "currency": "CNY" if price or listed is not None else None,
    }


def read_sold(shown: object, basis: SoldBasis) -> Sold:
    """Sales as shown (`已拼10万+件`) -> the sold fields, none when not shown; `月销` says its time itself."""
    count = parse_count_range(shown)
    basis = "30d" if isinstance(shown, str) and _IN_A_MONTH.search(shown) else basis
    return {"sold_low": count.low, "sold_high": count.high, "sold_basis": basis} if count else {}


def read_review_count(shown: object) -> int | None:
    """Number of reviews as shown: `100万+`, `商品评价 (1万+)`."""
    inner = _IN_BRACKETS.search(shown) if isinstance(shown, str) else None
    count = parse_count(inner[1] if inner else shown)
    return count.value if count else None


def make_review(
    platform: Platform,
    page: Page,
    *,
    review_id: object,
    listing_id: object,
    text: object,
    written_at: object,
    author: object = None,
    counts: Counts | None = None,
) -> Post:
    """A buyer's review -> a comment under its listing; masked names (`q**9`) are no authors."""
    content, parent = read_rich_text(text), read_id(listing_id)
    if not content:
        raise MissingField("a review without text", "")
    named = author if isinstance(author, str) and author and "*" not in author else None
    digest = hashlib.sha256(f"{parent}\x1f{author}\x1f{written_at}\x1f{content}".encode()).hexdigest()[:24]
    return Post(
        **platform.stamp(page),
        post_id=read_id(review_id) or digest,
        kind="comment",
        parent_id=parent,
        text=content,
        author_key=platform.author_key(named),
        **read_published(written_at, page.captured_at),
        **(counts or {}),
    )


def _read_yuan(value: object) -> Price | None:
    return parse_price(value, "CNY")
