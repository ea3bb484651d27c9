"""Beside a hit rate stands what any topic that was tested and not called does by the same rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import pytest

from tests.scorecard_world import CALLED, NEXT, World

RATES = "select week_called, call, checked_week, n_topics, n_right from mart_base_rate order by all"


@pytest.fixture
def world() -> Iterator[World]:
    """拼豆 rises beyond chance; 钩织 stays, 匹克球 doubles a week later, 露营灯 is new."""
    with duckdb.connect() as connection:
        filled = World(connection)
        for back in range(9):
            week = CALLED - timedelta(days=7 * back)
            filled.write_week("tag:拼豆", week, 4 if back == 0 else 2)
            filled.write_week("tag:钩织", week, 3)
            filled.write_week("tag:匹克球", week, 2)
            if back < 2:
                filled.write_week("tag:露营灯", week, 1)
        for topic, a_day in (("拼豆", 4), ("钩织", 3), ("匹克球", 4), ("露营灯", 5)):
            filled.write_week(f"tag:{topic}", NEXT, a_day)
        filled.add(
            "mart_topic_burst", CALLED, "all", "w", "tag:拼豆", 28, 14, 2.0, 0.01, "signal", None, "ok", 700
        )
        yield filled


def test_of_the_topics_not_called_those_with_a_baseline_are_graded_by_the_rule_of_the_calls(
    world: World,
) -> None:
    world.call(CALLED)
    assert world.ask(RATES) == []
    world.call(NEXT)
    assert world.grade("rising") == [True]
    assert world.ask(RATES) == [(CALLED, "rising", NEXT, 2, 1)]


def test_a_rate_is_of_weeks_with_calls_and_stands_when_it_is_older_than_two_weeks(world: World) -> None:
    world.call(CALLED)
    later = CALLED + timedelta(days=28)
    world.call(later)
    known = world.ask(RATES)
    world.connection.execute("delete from mart_topic_day")
    world.call(later)
    assert world.ask(RATES) == known == [(CALLED, "rising", NEXT, 2, 1)]


def test_topics_that_fell_from_many_voices_are_what_a_fading_one_is_held_against(world: World) -> None:
    world.add("mart_topic_velocity", CALLED, "all", "tag:拼豆", 28, 63, 700, 1, -0.9, -0.4, 0.01, "ok")
    world.write_week("tag:发箍", CALLED - timedelta(days=21), 1)
    world.call(CALLED)
    world.call(NEXT)
    # 发箍 has too few voices to be tested, and none of the others fell
    assert world.ask(RATES)[0] == (CALLED, "fading", NEXT, 2, 0)
