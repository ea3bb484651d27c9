"""Card 5.12 of METRICS where sources join and leave: a stage compares weeks of the same sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.source_world import build_sources
from tests.trend_world import LAST_DAY, label, write_post
from warehouse.records import Annotation, Post

TOPIC = "interest:08.01"
WEEK = timedelta(days=7)
Ask = Callable[..., list[tuple[Any, ...]]]


def write_weeks(
    docs_by_weeks_ago: Mapping[int, int], first: int = 0, a_week: int = 140, **fields: Any
) -> tuple[list[Post], list[Annotation]]:
    """So many posts in each week, each by an author of its own, so many of them of the topic."""
    posts, labels = [], []
    for ago, docs in docs_by_weeks_ago.items():
        for place in range(a_week):
            post = write_post(first + 1000 * ago + place, 7 * ago + place % 7, **fields)
            posts.append(post)
            if place < docs:
                labels.append(label(post, "interests", "08.01"))
    return posts, labels


def ask_stages(ask: Ask, platform: str = "douyin") -> list[tuple[Any, ...]]:
    """The topic's stages, newest week first."""
    return ask(
        "select stage, direction, peak_week, peak_confirmed, dd, n_docs, n_authors from mart_topic_stage "
        "where platform = ? and topic_id = ? order by week desc",
        platform,
        TOPIC,
    )


USUAL = dict.fromkeys(range(20), 30)


@pytest.mark.parametrize(
    ("second", "stages"),
    [
        # three weeks of a new source that speaks of little else
        ("newsnow", [("base", "flat"), ("base", "flat"), ("base", "flat")]),
        # the same from the source that was always read is a rise
        ("douyin", [("new", "flat"), ("new", "up"), ("emerging", "up")]),
    ],
)
def test_what_a_source_that_joins_is_full_of_has_not_risen(
    second: str, stages: list[tuple[str, str]], tmp_path: Path
) -> None:
    posts, labels = write_weeks(USUAL)
    begun, more = write_weeks({2: 90, 1: 95, 0: 100}, first=500_000)
    sources = {"douyin": [*posts, *begun]} if second == "douyin" else {"douyin": posts, second: begun}
    with build_sources(tmp_path, sources, [*labels, *more]) as ask:
        rows = ask_stages(ask)
    assert [row[:2] for row in rows[:3]] == stages
    both = [(130, 130), (125, 125), (120, 120)]
    assert [row[5:] for row in rows[:3]] == ([(30, 30)] * 3 if second == "newsnow" else both)


def test_a_new_platform_is_a_new_source_over_all_platforms(tmp_path: Path) -> None:
    posts, labels = write_weeks(USUAL)
    begun, more = write_weeks({2: 90, 1: 95, 0: 100}, first=500_000, platform="bilibili")
    with build_sources(tmp_path, {"douyin": posts, "bilibili": begun}, [*labels, *more]) as ask:
        assert [row[:2] for row in ask_stages(ask, "all")[:3]] == [("base", "flat")] * 3
        # on its own it has three weeks of a past, which is none
        assert {row[0] for row in ask_stages(ask, "bilibili")} == {None}


def test_when_a_source_leaves_the_topics_of_the_others_have_not_risen(tmp_path: Path) -> None:
    posts, labels = write_weeks(USUAL)
    # it spoke of something else, for as many weeks, until five weeks ago
    gone, _ = write_weeks(dict.fromkeys(range(5, 20), 0), first=500_000)
    with build_sources(tmp_path / "apart", {"douyin": posts, "newsnow": gone}, labels) as ask:
        assert [row[:2] for row in ask_stages(ask)[:4]] == [("base", "flat")] * 4
    # where it was one source people speak of nothing else any more: 30 of 140 and not of 280
    with build_sources(tmp_path / "one", {"douyin": [*posts, *gone]}, labels) as ask:
        assert [row[0] for row in ask_stages(ask)[:4]] == ["plateau"] * 4


@pytest.mark.parametrize(
    ("weeks", "a_week", "counted"),
    [
        # a source needs the eight weeks of a past that a stage needs
        (7, 140, [30, 30]),
        (8, 140, [60, 30]),
        (9, 140, [60, 60]),
        # one of less than a fifth of the documents would cost the others their past
        (9, 34, [30, 30]),
        (9, 36, [60, 60]),
    ],
)
def test_a_source_counts_in_stages_after_eight_weeks_when_it_is_a_fifth(
    weeks: int, a_week: int, counted: list[int], tmp_path: Path
) -> None:
    # a peak twelve weeks ago
    posts, labels = write_weeks({**USUAL, 11: 100, 12: 100})
    begun, more = write_weeks(dict.fromkeys(range(weeks), 30), first=500_000, a_week=a_week)
    with build_sources(tmp_path, {"douyin": posts, "newsnow": begun}, [*labels, *more]) as ask:
        rows = ask_stages(ask)
    assert [row[5] for row in rows[:2]] == counted
    # shares of weeks without it are no past of weeks with it
    peak = LAST_DAY - 11 * WEEK
    assert [row[2] == peak for row in rows[:2]] == [number == 30 for number in counted]
