"""A product page's HTML in; units sold and the struck-out price, for which schema.org has no word, out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypedDict

from spiders.counts import parse_count_range
from spiders.errors import BadCount, BadPrice
from spiders.prices import parse_price
from warehouse.records import SoldBasis

_SOLD = re.compile(
    r">\s*(?:(?P<month>近30[天日]销量|近30[天日]售出|月销量?|月售|30天销量)"
    r"|(?P<life>累计销量|累计售出|总销量|已售出?|已拼|已抢)|销量)"
    r"\s*[:：]?\s*(?P<count>[0-9][0-9.,]*\s*[万亿wWkK]?\s*\+?)\s*(?:件|单|份|个|台|瓶)?\s*(?=<)"
)
_STRUCK = re.compile(r"<(?:s|del|strike)\b[^>]{0,100}>\s*([^<]{1,30})<", re.IGNORECASE)


class Sold(TypedDict, total=False):
    """The sold fields of a Listing."""

    sold_low: int
    sold_high: int | None
    sold_basis: SoldBasis


def find_sold(html: str) -> Sold:
    """`>已售1.2万+件<` -> the sold fields; nothing unless the page shows exactly one such count."""
    found = {match["count"].strip(): match for match in _SOLD.finditer(html)}
    if len(found) != 1:
        return {}
    shown, match = found.popitem()
    try:
        count = parse_count_range(shown)
    except BadCount:
        return {}
    if count is None:
        return {}
    basis: SoldBasis = "30d" if match["month"] else "lifetime" if match["life"] else "unknown"
    return {"sold_low": count.low, "sold_high": count.high, "sold_basis": basis}


def find_struck_price(html: str, price: Decimal | None, currency: str | None) -> Decimal | None:
    """`<s>¥199</s>` -> 199; None unless the page strikes out exactly one price, above the one asked."""
    shown = {text.strip() for text in _STRUCK.findall(html)}
    if len(shown) != 1 or price is None:
        return None
    try:
        struck = parse_price(shown.pop(), currency)
    except BadPrice:
        return None
    return struck.low if struck is not None and struck.low > price and struck.currency == currency else None
