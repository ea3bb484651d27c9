"""Over all platforms a topic grows by what is read of its own ones, and not by one that was not read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post

TOPIC = "tag:B站的事"
Week = tuple[int, int]
USUAL: Week = (70, 49)
"""Documents of bilibili in a week, and those of the topic among them."""


def write_weeks(weeks: Mapping[int, Week]) -> tuple[list[Post], list[Annotation]]:
    """Eight weeks of ninety documents a day of douyin, and of bilibili as told by weeks ago."""
    posts: list[Post] = []
    labels: list[Annotation] = []
    for ago in range(8):
        n_docs, on_topic = weeks.get(ago, USUAL)
        for place in range(630):
            posts.append(write_post(10_000 * ago + place, 7 * ago + place % 7, platform="douyin"))
            labels.append(label(posts[-1], "hashtags", f"日常{place % 9}"))
        for place in range(n_docs):
            posts.append(write_post(10_000 * ago + 5_000 + place, 7 * ago + place % 7, platform="bilibili"))
            labels.append(label(posts[-1], "hashtags", "B站的事" if place < on_topic else "杂"))
    return posts, labels


def ask_last_week(home: Path, weeks: Mapping[int, Week], asked: str, mart: str) -> list[Any]:
    """What a mart says of the topic over all platforms, newest week first."""
    posts, labels = write_weeks(weeks)
    with build_world(home, [posts], labels) as ask:
        return ask(
            f"select {asked} from {mart} where platform = 'all' and topic_id = ? order by week desc limit 2",  # noqa: S608
            TOPIC,
        )


@pytest.mark.parametrize("week", [(70, 49), (35, 25), (10, 7)])
def test_a_topic_that_follows_its_platform_has_not_grown(week: Week, tmp_path: Path) -> None:
    ((v_log, status, coverage), _) = ask_last_week(
        tmp_path, {0: week}, "v_log, status, coverage", "mart_topic_velocity"
    )
    assert (v_log, status, coverage) == (pytest.approx(0, abs=0.03), "ok", 1.0)


def test_two_documents_a_week_are_spread_as_all_are(tmp_path: Path) -> None:
    ((growth, v_log), _) = ask_last_week(tmp_path, {0: (10, 7)}, "read_growth, v_log", "mart_topic_velocity")
    # the topic's 56 documents as bilibili was read, and four of 640 and 700
    expected = (56 * 10 / 80 + 4 * 640 / 1340) / (56 * 70 / 80 + 4 * 700 / 1340)
    assert growth == pytest.approx(expected)
    assert v_log == pytest.approx(math.log(9 / 51) - math.log(expected))


@pytest.mark.parametrize("mart", ["mart_topic_velocity", "mart_topic_stage"])
@pytest.mark.parametrize("unread", [0, 1])
def test_of_a_topic_whose_platform_was_not_read_nothing_is_known(
    mart: str, unread: int, tmp_path: Path
) -> None:
    ((status, coverage), _) = ask_last_week(tmp_path, {unread: (0, 0)}, "status, coverage", mart)
    assert (status, coverage) == ("low_coverage", 0.0)


@pytest.mark.parametrize("mart", ["mart_topic_velocity", "mart_topic_stage"])
def test_a_topic_of_another_platform_is_compared_all_the_same(mart: str, tmp_path: Path) -> None:
    posts, labels = write_weeks({0: (0, 0)})
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask(
            f"select status, coverage > 0.9 from {mart} "  # noqa: S608
            "where platform = 'all' and topic_id = 'tag:日常1' and week = ?",
            LAST_DAY,
        ) == [("ok", True)]
