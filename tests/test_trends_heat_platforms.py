"""Over all platforms the share of heat is the mean of those that were read enough to have a share."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.incremental_world import Package, build_in_order
from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse


def ask_heat(tmp_path: Path, read: dict[str, tuple[int, int]], day_before: int = 0) -> list[tuple[Any, ...]]:
    """Heat of a topic over all platforms, of which so many posts of so many read are on it: share, status."""
    posts: list[Post] = []
    labels: list[Annotation] = []
    for place, (platform, (on_topic, n_docs)) in enumerate(read.items()):
        own = [write_post(1000 * place + number, 0, platform=platform) for number in range(n_docs)]
        older = [
            write_post(1000 * place + 500 + number, 1 + number % 9, platform=platform)
            for number in range(9 * day_before)
        ]
        posts += [*own, *older]
        labels += [label(post, "hashtags", "头皮防晒") for post in own[:on_topic]]
    with build_world(tmp_path, [posts], labels) as ask:
        return ask(
            "select heat_share_bp, n_docs, status from mart_topic_heat_daily "
            "where platform = 'all' and topic_id = 'tag:头皮防晒' and day = ?",
            LAST_DAY,
        )


@pytest.mark.parametrize(
    ("read", "share", "status"),
    [
        # a shop's only document is no quarter of all heat: the mean of a tenth and a fortieth
        ({"bilibili": (20, 200), "douyin": (1, 40), "shop": (1, 1)}, 625, "ok"),
        # thirty documents are enough, however much more another platform has
        ({"bilibili": (20, 200), "douyin": (3, 30)}, 1000, "ok"),
        ({"bilibili": (20, 200), "douyin": (29, 29)}, 1000, "ok"),
        # where none has as many, half of the most are
        ({"bilibili": (5, 20), "douyin": (5, 10), "shop": (9, 9)}, 3750, "ok"),
        # what only such a platform has is not supported by it
        ({"bilibili": (1, 200), "shop": (20, 20)}, 50, "low_support"),
        # alone, each counts
        ({"shop": (3, 3)}, 10_000, "low_support"),
    ],
)
def test_only_platforms_with_enough_documents_speak_for_all(
    read: dict[str, tuple[int, int]], share: float, status: str, tmp_path: Path
) -> None:
    ((found, n_docs, told),) = ask_heat(tmp_path, read)
    assert found == pytest.approx(share, abs=1e-3)
    assert n_docs == sum(on_topic for on_topic, _ in read.values())
    assert told == status


def test_a_platform_that_was_hardly_read_that_day_does_not_speak_for_all(tmp_path: Path) -> None:
    # a hundred a day before: forty of Douyin are a crawl that broke off
    read = {"douyin": (20, 40), "bilibili": (10, 100)}
    ((share, _, _),) = ask_heat(tmp_path, read, day_before=100)
    assert share == pytest.approx(1000, abs=1e-3)


def test_a_day_that_counts_a_platform_no_more_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    # forty a day of Douyin are its usual until older days turn out to have had a hundred
    posts = {
        (platform, day): [
            write_post(10_000 * place + 100 * day + number, day, platform=platform) for number in range(40)
        ]
        for place, platform in enumerate(("douyin", "bilibili"))
        for day in range(12)
    }
    late = [
        write_post(50_000 + 100 * day + number, day, platform="douyin")
        for day in range(3, 12)
        for number in range(60)
    ]
    first = [post for own in posts.values() for post in own]
    topic = [
        post for (platform, _), own in posts.items() for post in own[: 5 if platform == "douyin" else 30]
    ]
    packages: list[Package] = [
        ([*first], [label(post, "hashtags", "头皮防晒") for post in topic]),
        ([*late], []),
    ]
    whole = build_in_order(tmp_path / "whole", packages, [])
    by_day = build_in_order(tmp_path / "by_day", packages, [0])
    assert {name for name in whole if by_day[name] != whole[name]} == set()
    with Warehouse.open(tmp_path / "by_day", least_free_bytes=0) as warehouse:
        assert warehouse.connection.execute(
            "select day, round(heat_share_bp) from mart_topic_heat_daily "
            "where platform = 'all' and day > ? order by day",
            [LAST_DAY - timedelta(days=5)],
        ).fetchall() == [
            # a twentieth and three quarters; then three quarters alone
            *((LAST_DAY - timedelta(days=days), 4000) for days in (4, 3)),
            *((LAST_DAY - timedelta(days=days), 7500) for days in (2, 1, 0)),
        ]
