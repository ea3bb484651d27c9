"""The dashboard's line charts: every name whole, inside the picture and apart from the next."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from warehouse.dashboard.drawings import WIDTHS, SeriesPoint, draw_lines
from warehouse.dashboard.wording import choose_wording
from warehouse.reports.labels import measure

EN = choose_wording("en")
PLATFORMS = (
    "bilibili", "douyin", "jd", "kuaishou", "shop", "taobao", "tiktok", "weibo", "xiaohongshu", "zhihu",
)  # fmt: skip
PLACE = re.compile(r'<text class="name s\d" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def draw(names: dict[str, str]) -> dict[str, list[tuple[float, float, str]]]:
    """Places and words of the lines' names by chart, wide and narrow; all lines but one end near zero."""
    points = [
        SeriesPoint(name, date(2026, 11, 1) + timedelta(days=day), 500.0 if place == 0 else place / 4)
        for place, name in enumerate(names)
        for day in range(15)
    ]
    drawn = draw_lines(points, EN, alt="read", kind="count", names=names)
    assert drawn is not None
    charts = drawn.split("</svg>")[: len(WIDTHS)]
    return {
        size: [(float(x), float(y), name) for x, y, name in PLACE.findall(chart)]
        for size, chart in zip(WIDTHS, charts, strict=True)
    }


@pytest.mark.parametrize("size", list(WIDTHS))
def test_names_of_all_platforms_are_whole_and_touch_neither_the_edge_nor_each_other(size: str) -> None:
    names = {name: EN.name_platform(name) for name in PLATFORMS}
    shown = draw(names)[size]
    assert {name for _, _, name in shown} == set(names.values())
    assert "Xiaohongshu" in names.values()
    for x, y, name in shown:
        assert x + measure(name) <= WIDTHS[size]
        assert 0 < y <= 260 - 14
    heights = sorted(y for _, y, _ in shown)
    assert min(after - before for before, after in pairwise(heights)) >= 14


def test_a_name_too_long_for_a_phone_is_cut_with_an_ellipsis() -> None:
    long = "三只松鼠官方旗舰店兼零食研究所"
    shown = {size: {name for _, _, name in names} for size, names in draw({"a": "云朵记", "b": long}).items()}
    assert shown["wide"] == {"云朵记", long}
    assert shown["narrow"] == {"云朵记", "三只松鼠官方旗…"}
