"""schema.org offers of shops: which amounts are the price of a product, and in which currency."""

from __future__ import annotations

import pytest

from spiders.schema_offers import read_offers, scale_rating


def offer(**members: object) -> dict[str, object]:
    return {"@type": "Offer", **members}


def specify(price: object, currency: str | None = None, **members: object) -> dict[str, object]:
    return {"@type": "UnitPriceSpecification", "price": price, "priceCurrency": currency, **members}


LIST_PRICE = "https://schema.org/ListPrice"
LITRE = {"@type": "QuantitativeValue", "value": 1, "unitCode": "LTR"}


@pytest.mark.parametrize(
    ("offers", "read_as"),
    [
        (
            [offer(priceSpecification=specify(100, "CNY")), offer(priceSpecification=specify(15, "USD"))],
            (100, None, None, "CNY"),
        ),
        (
            [offer(price=100, priceCurrency="CNY"), offer(price=15, priceCurrency="USD")],
            (100, None, None, "CNY"),
        ),
        (
            [
                offer(price=100, priceCurrency="CNY"),
                offer(
                    price=15, priceCurrency="USD", priceSpecification=specify(19, "USD", priceType=LIST_PRICE)
                ),
            ],
            (100, None, None, "CNY"),
        ),
        (
            offer(priceSpecification=[specify(100, "CNY"), specify(150, "CNY", priceType=LIST_PRICE)]),
            (100, None, 150, "CNY"),
        ),
        (
            offer(
                priceSpecification=[
                    specify(39.98, "CNY", referenceQuantity=LITRE),
                    specify(9.99, "CNY"),
                    specify(59.98, "CNY", priceType=LIST_PRICE, referenceQuantity=LITRE),
                ]
            ),
            (9.99, None, None, "CNY"),
        ),
        (
            offer(
                priceSpecification=[
                    {"@type": "DeliveryChargeSpecification", "price": 8, "priceCurrency": "CNY"},
                    specify(99, "CNY"),
                ]
            ),
            (99, None, None, "CNY"),
        ),
        (
            offer(price=89, priceCurrency="CNY", priceSpecification=specify(89, "CNY", priceType=LIST_PRICE)),
            (89, None, None, "CNY"),
        ),
        (
            [
                offer(price=50, priceCurrency="CNY", priceSpecification=specify(60, priceType=LIST_PRICE)),
                offer(price=10, priceCurrency="CNY", priceSpecification=specify(12, priceType=LIST_PRICE)),
            ],
            (10, 50, 12, "CNY"),
        ),
        (offer(price="￥99"), (99, None, None, "CNY")),
        (offer(price="US$19.9", priceCurrency="CNY"), (19.9, None, None, "USD")),
        (offer(price="9.9-19.9", priceCurrency="CNY"), (9.9, 19.9, None, "CNY")),
        (offer(priceSpecification=specify(9, "CNY", referenceQuantity=LITRE)), (None, None, None, None)),
    ],
)
def test_amounts_of_another_currency_or_kind_are_no_price_of_the_product(
    offers: object, read_as: tuple[float | None, float | None, float | None, str | None]
) -> None:
    found = read_offers({"offers": offers}, {})
    amounts = (found.price, found.price_high, found.list_price)
    assert (*(None if amount is None else float(amount) for amount in amounts), found.currency) == read_as


@pytest.mark.parametrize(("shown", "best", "mean"), [("4,5", None, 4.5), ("9,0", "10", 4.5), ("4.5", 5, 4.5)])
def test_a_rating_with_a_decimal_comma_is_read(shown: str, best: object, mean: float) -> None:
    assert scale_rating({"ratingValue": shown, "bestRating": best}) == mean


@pytest.mark.parametrize("shown", ["4,5,6", "vier", "", None, [4]])
def test_what_is_no_rating_is_none(shown: object) -> None:
    assert scale_rating({"ratingValue": shown}) is None
