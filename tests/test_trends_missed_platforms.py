"""A mean over platforms is no figure of its series where one that usually counts was not read."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.incremental_world import Package, build_in_order
from tests.test_trends_brands import BRANDS
from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse

DOUYIN, BILIBILI = "tag:抖音的事", "tag:B站的事"
Ask = Callable[..., list[tuple[Any, ...]]]


def write_days(platform: str, days: Container[int], a_day: int, topic: str, on_topic: int) -> Package:
    """A platform read on those `days` ago: so many documents, of the topic or of ten others."""
    posts: list[Post] = []
    labels: list[Annotation] = []
    for day in range(60):
        for place in range(a_day if day in days else 0):
            number = 200 * day + place + (50_000 if platform == "bilibili" else 0)
            posts.append(write_post(number, day, platform=platform))
            name = topic.removeprefix("tag:") if place < on_topic else f"{platform}{place % 10}"
            labels.append(label(posts[-1], "hashtags", name))
    return [*posts], labels


def write_two(read: Container[int]) -> Package:
    """Douyin on every day, a sixth of it of its topic; bilibili as read, three tenths of it of its own.

    Without bilibili the documents of all platforms are still nine tenths of the usual ones.
    """
    posts, labels = write_days("douyin", range(60), 120, DOUYIN, 20)
    more, more_labels = write_days("bilibili", read, 40, BILIBILI, 12)
    return [*posts, *more], [*labels, *more_labels]


def ask_days(ask: Ask, topic: str = DOUYIN) -> dict[int, tuple[Any, ...]]:
    """By days ago: the topic's share of heat over all platforms, the places it gained, the status."""
    rows = ask(
        "select day, round(heat_share_bp), rank_diff, status from mart_topic_heat_daily "
        "where platform = 'all' and topic_id = ?",
        topic,
    )
    return {(LAST_DAY - day).days: tuple(row) for day, *row in rows}


def test_a_day_without_a_usual_platform_says_so(tmp_path: Path) -> None:
    posts, labels = write_two({*range(60)} - {2, 3, 4})
    with build_world(tmp_path, [posts], labels) as ask:
        days = ask_days(ask)
        assert days[5] == (833, 0, "ok")
        # what only the others had is shown, and not compared with any day beside it
        assert [days[ago] for ago in (4, 3, 2)] == [(1667, None, "low_coverage")] * 3
        assert days[1] == (833, None, "ok")
        assert days[0] == (833, 0, "ok")
        # the weeks are of the days on which both were read
        assert ask(
            "select topic_id, week, round(heat_share_bp) from v_weekly_trend "
            "where topic_id in (?, ?) and week > ? order by all",
            DOUYIN,
            BILIBILI,
            LAST_DAY - timedelta(days=8),
        ) == [
            (topic, LAST_DAY - timedelta(days=ago), share)
            for topic, share in ((BILIBILI, 1500), (DOUYIN, 833))
            for ago in (7, 0)
        ]


def test_a_platform_that_was_hardly_read_is_missed_too(tmp_path: Path) -> None:
    posts, labels = write_two(range(1, 60))
    more, more_labels = write_days("bilibili", {0}, 12, BILIBILI, 4)
    with build_world(tmp_path, [[*posts, *more]], [*labels, *more_labels]) as ask:
        assert ask_days(ask)[0] == (1667, None, "low_coverage")


@pytest.mark.parametrize(
    ("read", "held_up"),
    [
        # one that ended is missed for three weeks
        (range(30, 60), range(8, 30)),
        # one that was read for six days had not become usual
        (range(10, 16), ()),
        (range(10, 17), range(10)),
    ],
)
def test_a_platform_counts_as_usual_from_a_week_of_the_28_days_before(
    read: Container[int], held_up: Container[int], tmp_path: Path
) -> None:
    posts, labels = write_two(read)
    with build_world(tmp_path, [posts], labels) as ask:
        days = ask_days(ask)
        assert [ago for ago in range(55) if (days[ago][2] == "low_coverage") != (ago in held_up)] == []


def test_a_topic_of_a_platform_that_does_not_count_has_no_share(tmp_path: Path) -> None:
    posts, labels = write_days("douyin", range(60), 60, DOUYIN, 10)
    # ten a day are too few to have a share, beside sixty
    more, more_labels = write_days("bilibili", range(60), 10, BILIBILI, 7)
    with build_world(tmp_path, [[*posts, *more]], [*labels, *more_labels]) as ask:
        assert ask(
            "select distinct heat_share_bp, heat_index, rank, rank_diff, status from mart_topic_heat_daily "
            "where platform = 'all' and topic_id = ?",
            BILIBILI,
        ) == [(None, None, None, None, "low_support")]
        assert ask("select distinct heat_share_bp from v_weekly_trend where topic_id = ?", BILIBILI) == [
            (None,)
        ]
        # the others are ranked without it
        assert ask(
            "select rank from mart_topic_heat_daily where platform = 'all' and topic_id = ? and day = ?",
            DOUYIN,
            LAST_DAY,
        ) == [(1,)]


def test_days_that_come_late_fill_what_was_missed_as_a_build_from_nothing_does(tmp_path: Path) -> None:
    packages = [
        write_two({*range(60)} - {3, 4, 5}),
        write_days("bilibili", {4}, 40, BILIBILI, 12),
        write_days("bilibili", {3, 5}, 40, BILIBILI, 12),
    ]
    whole = build_in_order(tmp_path / "whole", packages, [])
    by_package = build_in_order(tmp_path / "by_package", packages, [0, 1])
    assert {name for name in whole if by_package[name] != whole[name]} == set()
    with Warehouse.open(tmp_path / "by_package", least_free_bytes=0) as warehouse:

        def ask(sql: str, *given: object) -> list[tuple[Any, ...]]:
            return warehouse.connection.execute(sql, list(given)).fetchall()

        assert {row for ago, row in ask_days(ask).items() if ago < 10} == {(833, 0, "ok")}


def test_a_platform_turns_out_to_be_usual_as_in_a_build_from_nothing(tmp_path: Path) -> None:
    # six days of bilibili, of which an archive tells more
    packages = [write_two(range(3, 9)), write_days("bilibili", range(9, 20), 40, BILIBILI, 12)]
    whole = build_in_order(tmp_path / "whole", packages, [])
    by_package = build_in_order(tmp_path / "by_package", packages, [0])
    assert {name for name in whole if by_package[name] != whole[name]} == set()
    with Warehouse.open(tmp_path / "by_package", least_free_bytes=0) as warehouse:
        assert warehouse.connection.execute(
            "select distinct status from mart_topic_heat_daily "
            "where platform = 'all' and topic_id = ? and day > ?",
            [DOUYIN, LAST_DAY - timedelta(days=3)],
        ).fetchall() == [("low_coverage",)]


def write_brands(weeks_of_bilibili: Container[int]) -> tuple[list[Post], list[Annotation]]:
    """Seven weeks of two brands: three to two on Douyin, one to seven on bilibili where that was read."""
    posts: list[Post] = []
    labels: list[Annotation] = []
    for week in range(7):
        for platform, a_week, brands in (("douyin", 600, (360, 240)), ("bilibili", 130, (15, 105))):
            if platform == "bilibili" and week not in weeks_of_bilibili:
                continue
            for place in range(a_week):
                number = 1_000 * week + place + (50_000 if platform == "bilibili" else 0)
                posts.append(write_post(number, 7 * week + place % 7, platform=platform))
                brand = "山野社" if place < brands[0] else "云朵记" if place < sum(brands) else None
                if brand is not None:
                    labels.append(label(posts[-1], "entities", f"brand:{brand}"))
    return posts, labels


@pytest.mark.parametrize(
    ("read", "held_up"), [({1, 2, 3, 4, 5, 6}, {0}), ({5, 6}, {1, 2, 3, 4}), (range(7), set())]
)
def test_a_share_of_voice_without_a_usual_platform_says_so(
    read: Container[int], held_up: set[int], tmp_path: Path
) -> None:
    posts, labels = write_brands(read)
    with build_world(tmp_path, [posts], labels, brands=BRANDS) as ask:
        rows = ask(
            "select week, sov, status from mart_brand_sov_weekly "
            "where platform = 'all' and category_id = '08' and brand_id = '山野社' order by week desc"
        )
    shares: dict[date, tuple[float, str]] = {week: (share, status) for week, share, status in rows}
    for ago in range(7):
        share, status = shares[LAST_DAY - timedelta(days=7 * ago)]
        assert share == pytest.approx((0.6 + 15 / 120) / 2 if ago in read else 0.6)
        assert status == ("low_coverage" if ago in held_up else "ok"), ago
