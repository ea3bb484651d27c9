"""Card 5.2 of METRICS where sources join and end: growth is of what the same sources read in both weeks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.source_world import build_sources
from tests.trend_world import LAST_DAY, label, write_post
from warehouse.records import Annotation, Post

TOPIC = "interest:08.01"
Ask = Callable[..., list[tuple[Any, ...]]]
USUAL = dict.fromkeys(range(12), 30)


def write_weeks(
    topic_by_weeks_ago: Mapping[int, int], a_week: int = 140, first: int = 0, **fields: Any
) -> tuple[list[Post], list[Annotation]]:
    """So many posts in each week, each by an author of its own, and so many of them of the topic."""
    posts, labels = [], []
    for ago, number in topic_by_weeks_ago.items():
        for place in range(a_week):
            post = write_post(first + 1000 * ago + place, 7 * ago + place % 7, **fields)
            posts.append(post)
            if place < number:
                labels.append(label(post, "interests", "08.01"))
    return posts, labels


def ask_growth(ask: Ask, platform: str = "douyin") -> list[tuple[Any, ...]]:
    """The topic's growth, newest week first."""
    return ask(
        "select x_cur, x_prev, e_cur, e_prev, v_log, n_docs from mart_topic_velocity "
        "where platform = ? and topic_id = ? order by week desc",
        platform,
        TOPIC,
    )


def grow(now: int, before: int, exposure: int, exposure_before: int) -> Any:
    """ln[(x7+2)/E7] - ln[(x7'+2)/E7']."""
    return pytest.approx(math.log((now + 2) / exposure) - math.log((before + 2) / exposure_before))


def test_what_a_source_that_joins_speaks_of_has_not_grown(tmp_path: Path) -> None:
    posts, labels = write_weeks(USUAL)
    # less than a fifth of the documents, so that nothing else says that they are not comparable
    begun, more = write_weeks({0: 25}, a_week=30, first=500_000)
    with build_sources(tmp_path / "two", {"douyin": posts, "newsnow": begun}, [*labels, *more]) as ask:
        assert ask_growth(ask)[:2] == [(30, 30, 140, 140, 0.0, 30)] * 2
        assert ask("select distinct status from mart_topic_velocity where week = ?", LAST_DAY) == [("ok",)]
    with build_sources(tmp_path / "one", {"douyin": [*posts, *begun]}, [*labels, *more]) as ask:
        assert ask_growth(ask)[0] == (55, 30, 170, 140, grow(55, 30, 170, 140), 55)


def test_what_a_source_that_ended_spoke_of_has_not_shrunk(tmp_path: Path) -> None:
    posts, labels = write_weeks(USUAL)
    # it was read until six days ago
    ended, more = write_weeks(dict.fromkeys(range(1, 12), 25), a_week=30, first=500_000)
    with build_sources(tmp_path, {"douyin": posts, "newsnow": ended}, [*labels, *more]) as ask:
        assert ask_growth(ask)[:2] == [
            (30, 30, 140, 140, 0.0, 30),
            # a week ago it was read, and all of its past counts
            (55, 55, 170, 170, 0.0, 55),
        ]


def test_a_source_counts_in_growth_once_it_was_read_for_28_days(tmp_path: Path) -> None:
    posts, labels = write_weeks(USUAL)
    begun, more = write_weeks({0: 25, 1: 20, 2: 15, 3: 15, 4: 15}, a_week=30, first=500_000)
    with build_sources(tmp_path, {"douyin": posts, "newsnow": begun}, [*labels, *more]) as ask:
        assert ask_growth(ask)[:3] == [
            (55, 50, 170, 170, grow(55, 50, 170, 170), 55),
            (30, 30, 140, 140, 0.0, 30),
            (30, 30, 140, 140, 0.0, 30),
        ]


def test_a_new_platform_is_a_new_source_over_all_platforms_and_alone_has_nothing_before(
    tmp_path: Path,
) -> None:
    posts, labels = write_weeks(USUAL)
    begun, more = write_weeks({1: 5, 0: 25}, a_week=30, first=500_000, platform="bilibili")
    with build_sources(tmp_path, {"douyin": posts, "bilibili": begun}, [*labels, *more]) as ask:
        assert ask_growth(ask, "all")[0] == (30, 30, 140, 140, 0.0, 30)
        # on its own platform it is all there is
        assert ask_growth(ask, "bilibili") == [(25, 5, 30, 30, grow(25, 5, 30, 30), 25)]
