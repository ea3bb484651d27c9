"""schema.org offers, ratings and counters in; prices, stock, ratings and engagement for records out."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from spiders.counts import parse_count
from spiders.fields import pick
from spiders.page import Json
from spiders.prices import parse_currency, parse_price
from spiders.structured_data import as_list, name_of, names_of_type
from warehouse.records import CountName

IN_STOCK = {"InStock", "LimitedAvailability", "OnlineOnly", "InStoreOnly", "PreOrder", "PreSale", "BackOrder"}
OUT_OF_STOCK = {"OutOfStock", "SoldOut", "Discontinued"}
STRUCK_TYPES = {"ListPrice", "StrikethroughPrice", "SRP", "MSRP", "RegularPrice"}
ACTIONS: dict[str, CountName] = {
    "WatchAction": "views",
    "ViewAction": "views",
    "LikeAction": "likes",
    "CommentAction": "comments",
    "ShareAction": "shares",
    "BookmarkAction": "collects",
}

EVENTS: dict[str, CountName] = {
    "": "views",
    "UserPlays": "views",
    "UserPageVisits": "views",
    "UserLikes": "likes",
    "UserComments": "comments",
}
"""Events of the old `interactionCount` (`UserPlays:1200`); a bare number counts plays."""


class Offers(NamedTuple):
    """What a product is offered for."""

    price: Decimal | None
    price_high: Decimal | None
    list_price: Decimal | None
    currency: str | None
    in_stock: bool | None
    seller: Json


def read_offers(product: Json, fallback: dict[str, str]) -> Offers:
    """A Product's offers (one, several, aggregate) -> lowest and highest price, stock and seller.

    `fallback` holds the page's OpenGraph properties. Offers in a currency other than the first one's are left
    out of the range. BadPrice when an amount cannot be read or has no currency.
    """
    offers = [offer for offer in as_list(pick(product, "offers")) if isinstance(offer, dict)]
    nested = [inner for offer in offers for inner in as_list(offer.get("offers")) if isinstance(inner, dict)]
    every = [*offers, *nested]
    currency = next(filter(None, map(_currency_of, every)), None) or parse_currency(
        fallback.get("product:price:currency")
    )
    amounts = [
        amount
        for offer in every
        if _currency_of(offer) in (None, currency)
        for amount in (_amount(offer.get(name), currency) for name in ("lowPrice", "price", "highPrice"))
        if amount is not None
    ] or [amount for offer in every if (amount := _specified(offer, currency, struck=False)) is not None]
    if not amounts:
        shown = _amount(fallback.get("product:price:amount"), currency)
        amounts = [] if shown is None else [shown]
    struck = [amount for offer in every if (amount := _specified(offer, currency, struck=True)) is not None]
    low, high = (min(amounts), max(amounts)) if amounts else (None, None)
    return Offers(
        price=low,
        price_high=high if high != low else None,
        list_price=max(struck) if struck else None,
        currency=currency if amounts or struck else None,
        in_stock=_read_stock(every, fallback),
        seller=next(filter(None, (name_of(offer.get("seller")) for offer in every)), None),
    )


def read_rating(product: Json) -> tuple[float | None, int | None]:
    """aggregateRating -> (mean scaled to 0..5, number of reviews), each None when not shown."""
    rating = (as_list(pick(product, "aggregateRating")) or [None])[0]
    count = parse_count(pick(rating, "reviewCount")) or parse_count(pick(rating, "ratingCount"))
    return scale_rating(rating), None if count is None else count.value


def scale_rating(rating: Json) -> float | None:
    """A Rating -> its value scaled from 0..bestRating (5 unless it says) to 0..5, two decimals.

    None where it cannot be read; shops write 0 of 0 before the first review.
    """
    try:
        value = float(pick(rating, "ratingValue"))
        best = float(pick(rating, "bestRating") or 5)
    except (TypeError, ValueError, OverflowError):
        return None
    return round(value / best * 5, 2) if 0 <= value <= best and 0 < best < math.inf else None


def read_interactions(item: Json) -> dict[CountName, object]:
    """interactionStatistic, interactionCount and commentCount -> counts as shown, by name."""
    shown: dict[CountName, object] = {}
    for counter in as_list(pick(item, "interactionStatistic")):
        kind = pick(counter, "interactionType")
        names = names_of_type(kind) if isinstance(kind, dict) else names_of_type({"@type": kind})
        for name in names & ACTIONS.keys():
            shown.setdefault(ACTIONS[name], pick(counter, "userInteractionCount"))
    for old in as_list(pick(item, "interactionCount")):
        event, _, number = str(old).rpartition(":")
        named = EVENTS.get(event.strip().rsplit("/", 1)[-1])
        if named and isinstance(old, int | str):
            shown.setdefault(named, number)
    if "comments" not in shown and pick(item, "commentCount") is not None:
        shown["comments"] = pick(item, "commentCount")
    return shown


def _currency_of(offer: Json) -> str | None:
    specifications = as_list(pick(offer, "priceSpecification"))
    code = pick(offer, "priceCurrency") or next(
        filter(None, (pick(one, "priceCurrency") for one in specifications)), None
    )
    return parse_currency(code)


def _amount(value: Json, currency: str | None) -> Decimal | None:
    price = parse_price(value, currency)
    return None if price is None else price.low


def _specified(offer: Json, currency: str | None, *, struck: bool) -> Decimal | None:
    for one in as_list(pick(offer, "priceSpecification")):
        kinds = names_of_type({"@type": pick(one, "priceType")})
        if bool(kinds & STRUCK_TYPES) == struck and pick(one, "price") is not None:
            return _amount(pick(one, "price"), currency)
    return None


def _read_stock(offers: list[Json], fallback: dict[str, str]) -> bool | None:
    shown = [offer.get("availability") for offer in offers] + [fallback.get("product:availability")]
    names = {name for value in shown for name in names_of_type({"@type": value})}
    plain = {name.replace(" ", "").replace("_", "").lower() for name in names}
    if plain & {name.lower() for name in IN_STOCK}:
        return True
    return False if plain & {*(name.lower() for name in OUT_OF_STOCK), "oos"} else None
