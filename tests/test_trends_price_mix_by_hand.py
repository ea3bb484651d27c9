"""Prices of all platforms are compared where each has its usual part of the products (METRICS §5.11)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.test_trends_prices import label_all, make_offer
from tests.trend_world import LAST_DAY, NOON, build_world
from warehouse.records import Listing


def read_shelf(weeks_ago: int, cheap: int) -> list[Listing]:
    """Forty products of taobao for 100 to 139 yuan, and so many of pinduoduo for 20 to 39."""
    moment = NOON - timedelta(days=7 * weeks_ago)
    return [
        *(make_offer(number, 100 + number, captured_at=moment) for number in range(40)),
        *(
            make_offer(100 + number, 20 + number % 20, captured_at=moment, platform="pinduoduo")
            for number in range(cheap)
        ),
    ]


@pytest.mark.parametrize(
    ("cheap_by_week", "median", "mix_coverage", "status"),
    [
        # two thirds and one third, as before
        ([20, 20], 109.5, 1.0, "ok"),
        # 40 and 60 of a hundred: four tenths and a third are what both weeks have, and no price changed
        ([60, 20], 36.0, 0.4 + 1 / 3, "low_coverage"),
        # 40 and 30 of seventy: what one may have more
        ([30, 20], 104.5, 4 / 7 + 1 / 3, "ok"),
        # a platform that joins with half of the products
        ([40, 0], 69.5, 0.5, "low_coverage"),
        # it is usual when none of the four weeks before was otherwise
        ([60, 60, 60, 60, 20], 36.0, 0.4 + 1 / 3, "low_coverage"),
        ([60, 60, 60, 60, 60, 20], 36.0, 1.0, "ok"),
        # nothing to be compared with
        ([60], 36.0, None, "ok"),
    ],
)
def test_a_platform_that_is_read_more_deeply_changes_no_price(
    cheap_by_week: list[int], median: float, mix_coverage: float | None, status: str, tmp_path: Path
) -> None:
    weeks = [read_shelf(weeks_ago, cheap) for weeks_ago, cheap in enumerate(cheap_by_week)]
    with build_world(tmp_path, weeks[::-1], label_all(read_shelf(0, 60))) as ask:
        found = ask(
            "select distinct platform, p50, mix_coverage, status from mart_price_band "
            "where week = ? and unit = 'CNY/件' and platform <> 'pinduoduo' order by platform",
            LAST_DAY,
        )
    assert found == [
        ("all", median, None if mix_coverage is None else pytest.approx(mix_coverage), status),
        ("taobao", 119.5, None, "ok"),
    ]
