"""A call's level and its grade are of the sources that count when it is made and checked (METRICS §5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.panel_sources import Home, open_home, write_days
from tests.trend_world import LAST_DAY, label

CALLED = LAST_DAY - timedelta(days=7)
SINCE, UP, BEFORE = range(6, -1, -1), range(13, 6, -1), range(69, 13, -1)
"""Days before the last: of the week that is checked, of the week of the call, and earlier ones."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Twenty posts a day of two other topics from the one source that is always there."""
    with open_home(tmp_path) as opened:
        for place, topic in enumerate(("别的甲", "别的乙")):
            bring(opened, "douyin", topic, range(69, -1, -1), 10, 100_000 + 20_000 * place)
        yield opened


def bring(home: Home, source: str, topic: str, days: range, a_day: int, first: int) -> None:
    """So many posts a day of one topic, read by a source."""
    posts = write_days(days, a_day, first)
    home.bring(source, posts, run_id=f"r{first}")
    home.labels[-len(posts) :] = [label(post, "hashtags", topic) for post in posts]


def speak(home: Home, before: int, up: int, since: int) -> None:
    """So many posts of 拼豆 a day from the source that is always there."""
    for place, (days, a_day) in enumerate(((BEFORE, before), (UP, up), (SINCE, since))):
        if a_day:
            bring(home, "douyin", "拼豆", days, a_day, 140_000 + 20_000 * place)


def ask_grade(home: Home, call: str) -> list[tuple[Any, ...]]:
    home.build()
    return home.ask(
        "select n_docs, round(ratio_now, 1), is_right, status from mart_scorecard "
        "where topic_id = 'tag:拼豆' and call = ? and week_called = ? and checked_week = ?",
        call,
        CALLED,
        LAST_DAY,
    )


def test_a_call_that_holds_is_right_whatever_source_begins_beside_it(home: Home) -> None:
    speak(home, 2, 8, 8)
    bring(home, "newsnow", "别处", SINCE, 60, 200_000)
    # 56 of 196 documents where 2 of 22 were usual
    assert ask_grade(home, "rising") == [(56, 3.1, True, "ok")]


def test_what_fell_back_is_not_right_for_a_source_that_ended(home: Home) -> None:
    speak(home, 2, 8, 2)
    bring(home, "newsnow", "别处", range(69, 6, -1), 60, 200_000)
    # two thirds of what the level was taken from are read no more: nobody knows
    assert ask_grade(home, "rising") == [(14, None, None, "low_coverage")]


def test_without_a_small_source_of_other_topics_the_level_stands(home: Home) -> None:
    speak(home, 2, 8, 2)
    bring(home, "newsnow", "别处", range(69, 6, -1), 2, 200_000)
    assert ask_grade(home, "rising") == [(14, 1.1, False, "ok")]


def test_a_small_source_that_brought_a_quarter_of_the_topic_takes_its_level_with_it(home: Home) -> None:
    speak(home, 1, 9, 9)
    bring(home, "newsnow", "拼豆", range(69, 6, -1), 3, 200_000)
    assert ask_grade(home, "rising") == [(63, None, None, "low_coverage")]


def test_a_new_topic_keeps_no_voices_by_a_source_that_begins_with_it(home: Home) -> None:
    speak(home, 0, 8, 1)
    bring(home, "newsnow", "拼豆", SINCE, 5, 200_000)
    # seven posts are left of the sources that it was new in
    assert [(row[0], *row[2:]) for row in ask_grade(home, "new")] == [(7, False, "ok")]


def test_what_faded_is_held_against_the_week_of_the_same_sources(home: Home) -> None:
    # seventy of 210 a week, 28 of 168, 42 of 182; until the week of the call a second source read five a day
    speak(home, 10, 4, 6)
    bring(home, "newsnow", "别处", range(69, 13, -1), 5, 200_000)
    # 42 are below 182 / 3 / 1.3, and not below what they were of 245 documents
    assert ask_grade(home, "fading") == [(42, 0.7, True, "ok")]


def test_a_grade_that_nobody_could_give_stands_when_its_sources_are_long_gone(home: Home) -> None:
    speak(home, 2, 8, 2)
    bring(home, "newsnow", "别处", range(69, 6, -1), 60, 200_000)
    found = ask_grade(home, "rising")
    later = range(-1, -22, -1)
    bring(home, "douyin", "别的甲", later, 20, 220_000)
    home.build(LAST_DAY + timedelta(days=21))
    assert (
        home.ask(
            "select n_docs, ratio_now, is_right, status from mart_scorecard "
            "where topic_id = 'tag:拼豆' and call = 'rising' and week_called = ? and checked_week = ?",
            CALLED,
            LAST_DAY,
        )
        == found
    )
