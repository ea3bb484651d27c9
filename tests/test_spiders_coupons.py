"""What an offer costs where coupons, empty prices and a shop's own word for its currency are about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from warehouse.records import Listing

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
SECOND = int(NOW.timestamp())


def read_one(platform: str, body: str, url: str | None = None) -> Listing:
    (listing,) = parse_saved(platform, body.encode(), url, NOW, KEY)
    assert isinstance(listing, Listing)
    return listing


@pytest.mark.parametrize(
    ("coupon", "price"),
    [
        ({}, "24.9"),
        ({"has_coupon": True, "coupon_remain_quantity": 80, "coupon_end_time": SECOND + 60}, "24.9"),
        ({"coupon_start_time": SECOND - 60, "coupon_end_time": SECOND + 60}, "24.9"),
        ({"has_coupon": False}, "29.9"),
        ({"coupon_remain_quantity": 0}, "29.9"),
        ({"coupon_end_time": SECOND - 60}, "29.9"),
        ({"coupon_start_time": SECOND + 60}, "29.9"),
    ],
)
def test_a_coupon_of_pinduoduo_counts_while_it_can_be_had(coupon: dict[str, Any], price: str) -> None:
    goods = {
        "goods_id": 512877430916,
        "goods_name": "拼豆套装",
        "min_group_price": 2990,
        "coupon_discount": 500,
    }
    answer = {"goods_search_response": {"goods_list": [goods | coupon], "total_count": 1}}
    assert read_one("pdd_ddk", json.dumps(answer)).price == Decimal(price)


def test_a_coupon_price_of_nought_at_jd_union_is_no_price() -> None:
    prices = {"price": 59.9, "lowestPrice": 49.9, "lowestCouponPrice": 0}
    goods = {"skuId": 100000000011, "skuName": "拼豆套装", "priceInfo": prices}
    result = json.dumps({"code": 200, "message": "success", "totalCount": 1, "data": [goods]})
    answer = {"jd_union_open_goods_query_responce": {"code": "0", "queryResult": result}}
    listing = read_one("jd_union", json.dumps(answer))
    assert (listing.price, listing.list_price) == (Decimal("49.9"), Decimal("59.9"))


@pytest.mark.parametrize(
    ("written", "code"), [("RMB", "CNY"), ("人民币", "CNY"), ("cny", "CNY"), ("US$", "USD"), ("HKD", "HKD")]
)
def test_a_shop_names_its_currency_in_its_own_way(written: str, code: str) -> None:
    offer = {"@type": "Offer", "price": "129.00", "priceCurrency": written}
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": "s1",
        "name": "蛋卷桌",
        "offers": offer,
    }
    html = f'<script type="application/ld+json">{json.dumps(product)}</script>'
    listing = read_one("shop", html, "https://shop.example/p/1")
    assert (listing.price, listing.currency) == (Decimal("129.00"), code)
