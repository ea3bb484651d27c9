"""Units sold in cards 5.9 and 5.11 of METRICS: a product counts once, under however many ids it is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.landed_packages import make_listing
from tests.trend_world import LAST_DAY, NOON, build_world, label, write_post
from warehouse.records import Listing

PRICES = ("10", "100", "1000")


def make_lamps(**fields: Any) -> list[Listing]:
    """Ten lamps at each of three prices, in ten shops, fifty of each sold in thirty days."""
    values: dict[str, Any] = {"sold_low": 50, "sold_high": 50, "sold_basis": "30d", "captured_at": NOON}
    return [
        make_listing(
            100 * place + shop,
            title=f"露营灯{chr(0x4E00 + place)}{chr(0x5E00 + shop)}款",
            shop=f"山野{shop}店",
            price=price,
            **(values | fields),
        )
        for place, price in enumerate(PRICES)
        for shop in range(10)
    ]


@pytest.mark.parametrize(
    ("ids", "sold", "sold_high"),
    [
        # the same lamp twice more: one counter shown twice, or the one before it changed its id
        ([("30d", 100, 100), ("30d", 60, 60)], 100, 100),
        # what was sold in a lifetime is no month's sales, and the month's are known all the same
        ([("30d", 100, 100), ("lifetime", 90_000, 90_000)], 100, 100),
        ([("lifetime", 90_000, 90_000), ("30d", 20, 20)], 50, 50),
        # an open count leaves the upper end open, of at most ten times what it shows
        ([("30d", 100, None), ("30d", 60, 60)], 100, 1000),
        # one that shows none takes nothing away
        ([(None, None, None), ("30d", 100, 100)], 100, 100),
    ],
)
def test_a_product_of_several_ids_is_sold_once_in_both_marts(
    ids: list[tuple[str | None, int | None, int | None]], sold: int, sold_high: int, tmp_path: Path
) -> None:
    lamps = make_lamps()
    again = [
        lamps[0].model_copy(
            update={"listing_id": f"9{place}", "sold_basis": basis, "sold_low": low, "sold_high": high}
        )
        for place, (basis, low, high) in enumerate(ids)
    ]
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(record, "interests", "08.01") for record in (*lamps, *again, *posts)]
    with build_world(tmp_path, [[*lamps, *again, *posts]], labels) as ask:
        opportunity = ask(
            "select spu_cnt, sold_basis, sold_low, sold_high from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        )
        bands = ask(
            "select spu_cnt, sold_share_low, sold_share_high from mart_price_band "
            "where platform = 'all' and week = ? order by band_no",
            LAST_DAY,
        )
    # 29 other lamps, fifty of each
    is_open = any(low is not None and high is None for _, low, high in ids)
    assert opportunity == [(30, "30d", sold + 29 * 50, None if is_open else sold_high + 29 * 50)]
    low, high = 450 + sold, 450 + sold_high
    assert bands == [
        (10, pytest.approx(low / (low + 1000)), pytest.approx(high / (high + 1000))),
        (10, pytest.approx(500 / (high + 1000)), pytest.approx(500 / (low + 1000))),
        (10, pytest.approx(500 / (high + 1000)), pytest.approx(500 / (low + 1000))),
    ]
