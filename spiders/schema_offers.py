"""schema.org offers, ratings and counters in; prices, stock, ratings and engagement for records out."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from spiders.counts import parse_count
from spiders.fields import pick
from spiders.numerals import read_rating_value
from spiders.page import Json
from spiders.prices import Price, parse_currency, parse_price
from spiders.structured_data import as_list, name_of, names_of_type
from warehouse.records import CountName

IN_STOCK = {"InStock", "LimitedAvailability", "OnlineOnly", "InStoreOnly", "PreOrder", "PreSale", "BackOrder"}
OUT_OF_STOCK = {"OutOfStock", "SoldOut", "Discontinued"}
STRUCK_TYPES = {"ListPrice", "StrikethroughPrice", "SRP", "MSRP", "RegularPrice"}
CHARGE_TYPES = {"DeliveryChargeSpecification", "PaymentChargeSpecification"}
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

    `fallback` holds the page's OpenGraph properties. Amounts in another currency than that of the first one
    are left out. The list price is that of the offer with the lowest price, else of offers that tell no price
    of their own, and none unless it is higher. BadPrice when an amount cannot be read or has no currency.
    """
    offers = [offer for offer in as_list(pick(product, "offers")) if isinstance(offer, dict)]
    nested = [inner for offer in offers for inner in as_list(offer.get("offers")) if isinstance(inner, dict)]
    every = [*offers, *nested]
    currency = next(filter(None, map(_currency_of, every)), None) or parse_currency(
        fallback.get("product:price:currency")
    )
    asked = [_list_prices(offer, currency) for offer in every]
    if not any(asked):
        asked = [_list_specified(offer, currency, struck=False)[:1] for offer in every]
    first = next((price for prices in asked for price in prices), None)
    if first is None:
        first = parse_price(fallback.get("product:price:amount"), currency)
        asked = [[first] if first else []] * max(len(every), 1)
    struck = [_list_specified(offer, currency, struck=True) for offer in every]
    currency = first.currency if first else currency
    amounts = [_keep_amounts(prices, currency) for prices in asked]
    found = [amount for own in amounts for amount in own]
    low, high = (min(found), max(found)) if found else (None, None)
    list_price = _find_list_price(low, amounts, [_keep_amounts(prices, currency) for prices in struck])
    return Offers(
        price=low,
        price_high=high if high != low else None,
        list_price=list_price,
        currency=currency if found or list_price else None,
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
        value = read_rating_value(pick(rating, "ratingValue"))
        best = read_rating_value(pick(rating, "bestRating") or 5)
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


def _list_prices(offer: Json, currency: str | None) -> list[Price]:
    own = _currency_of(offer) or currency
    prices = (parse_price(offer.get(name), own) for name in ("lowPrice", "price", "highPrice"))
    return [price for price in prices if price is not None]


def _list_specified(offer: Json, currency: str | None, *, struck: bool) -> list[Price]:
    """Prices that an offer specifies, asked or struck out; none by the litre, and none for the delivery."""
    found = []
    for one in as_list(pick(offer, "priceSpecification")):
        kinds = names_of_type({"@type": pick(one, "priceType")})
        is_other = pick(one, "referenceQuantity") is not None or names_of_type(one) & CHARGE_TYPES
        if bool(kinds & STRUCK_TYPES) != struck or is_other:
            continue
        own = parse_currency(pick(one, "priceCurrency") or pick(offer, "priceCurrency")) or currency
        price = parse_price(pick(one, "price"), own)
        if price is not None:
            found.append(price)
    return found


def _keep_amounts(prices: list[Price], currency: str | None) -> list[Decimal]:
    ours = (price for price in prices if price.currency == currency)
    return [amount for price in ours for amount in (price.low, price.high) if amount is not None]


def _find_list_price(
    low: Decimal | None, asked: list[list[Decimal]], struck: list[list[Decimal]]
) -> Decimal | None:
    pairs = list(zip(asked, struck, strict=False))
    of_lowest = [amount for own, prices in pairs if low in own for amount in prices]
    of_others = [amount for own, prices in pairs if not own for amount in prices]
    return max((price for price in of_lowest or of_others if low is None or price > low), default=None)


def _read_stock(offers: list[Json], fallback: dict[str, str]) -> bool | None:
    shown = [offer.get("availability") for offer in offers] + [fallback.get("product:availability")]
    names = {name for value in shown for name in names_of_type({"@type": value})}
    plain = {name.replace(" ", "").replace("_", "").lower() for name in names}
    if plain & {name.lower() for name in IN_STOCK}:
        return True
    return False if plain & {*(name.lower() for name in OUT_OF_STOCK), "oos"} else None
