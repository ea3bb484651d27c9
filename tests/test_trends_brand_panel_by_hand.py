"""Shares of voice are compared among the sources of both weeks (METRICS §5.0, 5.5), worked out on paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.panel_sources import Home, open_home, write_days
from tests.trend_world import LAST_DAY, label
from warehouse.records import Post
from warehouse.trends import BRAND_SCHEMA

BRANDS = pa.table(
    {"brand_id": ["山野社", "云朵记"], "category_id": ["08"] * 2, "set_ver": ["v1"] * 2}, schema=BRAND_SCHEMA
)
EVEN = ("山野社", "云朵记")
BEFORE, NOW = range(27, 6, -1), range(6, -1, -1)
OLD = write_days(BEFORE, 20, 1)
"""Of the one source that is read from the first day to the last, 140 posts a week."""


def bring(home: Home, source: str, posts: Sequence[Post], brands: Sequence[str], run_id: str) -> None:
    """A source's posts, which name the brands in turn."""
    home.bring(source, posts, run_id=run_id)
    home.labels += [
        label(post, "entities", f"brand:{brands[place % len(brands)]}") for place, post in enumerate(posts)
    ]


def ask_change(home: Home, platform: str) -> list[tuple[Any, ...]]:
    home.build(brands=BRANDS)
    return home.ask(
        "select brand_id, n_authors, sov, rank, delta_pp, rank_diff, heat_diff, "
        "delta_lo < 0 and delta_hi > 0 from mart_brand_sov_weekly where platform = ? and week = ? order by 1",
        platform,
        LAST_DAY,
    )


@pytest.mark.parametrize(
    ("usual", "source", "platform", "days", "authors"),
    [
        # 70 posts of the week are of a source that was not there the week before
        (20, "newsnow", "douyin", NOW, (140, 70)),
        # it was there the week before and is no more
        (20, "newsnow", "douyin", range(27, 7, -1), (70, 70)),
        # a new platform is a new source where all are pooled, as none has a hundred authors
        (10, "bilibili", "bilibili", NOW, (105, 35)),
    ],
)
def test_a_source_full_of_one_brand_that_begins_or_ends_moves_no_share(
    usual: int, source: str, platform: str, days: range, authors: tuple[int, int], tmp_path: Path
) -> None:
    with open_home(tmp_path) as home:
        bring(home, "douyin", write_days(range(27, -1, -1), usual, 1), EVEN, "r1")
        bring(home, source, write_days(days, 10, 60_000, platform=platform), ("云朵记",), "r2")
        found = ask_change(home, "all")
    assert [row[:2] for row in found] == list(zip(("云朵记", "山野社"), authors, strict=True))
    assert [row[4:] for row in found] == [(0, 0, 0, True)] * 2


def test_what_the_sources_of_both_weeks_say_moves_it_whatever_begins_beside_them(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        bring(home, "douyin", OLD, EVEN, "r1")
        # 28 of 140 name the one, 112 the other
        bring(home, "douyin", write_days(NOW, 20, 40_000), ("山野社",) * 4 + ("云朵记",), "r2")
        bring(home, "newsnow", write_days(NOW, 20, 60_000), ("云朵记",), "r3")
        for platform in ("douyin", "all"):
            assert ask_change(home, platform) == [
                # the level is of all 280 that were read; before, both were first
                ("云朵记", 168, 0.6, 1, pytest.approx(-30), -1, pytest.approx(-30), False),
                ("山野社", 112, 0.4, 2, pytest.approx(30), 0, pytest.approx(30), False),
            ]


def test_of_one_source_the_same_posts_are_a_brand_that_grew_louder(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        bring(home, "douyin", OLD, EVEN, "r1")
        bring(home, "douyin", write_days(NOW, 20, 40_000), EVEN, "r2")
        bring(home, "douyin", write_days(NOW, 20, 60_000), ("云朵记",), "r3")
        assert ask_change(home, "all") == [
            ("云朵记", 210, 0.75, 1, 25, 0, pytest.approx(25), False),
            ("山野社", 70, 0.25, 2, -25, -1, pytest.approx(-25), False),
        ]


@pytest.mark.parametrize(
    ("days", "sov", "status", "change"),
    [
        # 91 of 231 notes of the week are of a search for one of the brands that begins in it
        (NOW, 0.7, "low_coverage", None),
        (range(41, -1, -1), 0.7, "ok", 0.0),
    ],
)
def test_a_search_for_one_brand_that_begins_makes_it_no_louder(
    days: range, sov: float, status: str, change: float | None, tmp_path: Path
) -> None:
    with open_home(tmp_path) as home:
        bring(
            home, "mediacrawler", write_days(range(41, -1, -1), 20, 1, query="露营", kind="note"), EVEN, "r1"
        )
        found = write_days(days, 13, 60_000, query="云朵记", kind="note")
        bring(home, "mediacrawler", found, ("云朵记",), "r2")
        home.build(brands=BRANDS)
        rows = home.ask(
            "select round(sov, 2), status, delta_pp, rank_diff is null, heat_diff is null "
            "from mart_brand_sov_weekly where brand_id = '云朵记' and week = ? and platform <> 'all'",
            LAST_DAY,
        )
    assert rows == [(sov, status, change, change is None, change is None)]
