"""Topics are said to fade at a controlled rate of false ones; weeks that did not choose them grade them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow.compute as pc
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from tests.scorecard_world import CALLED, NEXT, World
from warehouse.negative_binomial import Floats, adjust_p_values
from warehouse.week_replay import replay_weeks, tabulate_days, tabulate_exposure_days

HIGH = CALLED - timedelta(days=7)
"""Last day of the week that a topic fell from."""
TOPICS, DAYS, PLANTED = 1500, 140, 100
LASTING = 0.3
"""What a planted fade leaves of a topic."""
SPANS = ((-49, -21), (-21, -14), (-7, None))
"""Days of the four weeks before the one that a topic fell from, of that week, of the one checked."""


@pytest.fixture
def world() -> Iterator[World]:
    with duckdb.connect() as connection:
        yield World(connection)


def fall(world: World, q_value: float = 0.01) -> None:
    """早C晚A, spoken of five times a day for four weeks, has 63 voices in one week and 14 in the next."""
    world.add("mart_topic_velocity", CALLED, "all", "tag:早C晚A", 14, 63, 700, 1, -1.4, -0.7, q_value, "ok")
    for back in range(1, 5):
        world.write_week("tag:早C晚A", HIGH - timedelta(days=7 * back), 5)
    world.write_week("tag:早C晚A", HIGH, 9)
    world.write_week("tag:早C晚A", CALLED, 2)


@pytest.mark.parametrize(("a_day", "right"), [(3, True), (4, False)])
def test_what_fades_must_stay_below_the_weeks_before_the_one_it_fell_from(
    world: World, a_day: int, right: bool
) -> None:
    # four a day are less than half of the nine it fell from, and what it nearly always had
    fall(world)
    world.write_week("tag:早C晚A", NEXT, a_day)
    assert world.call(CALLED) == [("fading", "tag:早C晚A")]
    world.call(NEXT)
    assert world.grade("fading") == [right]
    assert world.ask("select q_called from mart_scorecard") == [(0.01,)]


@pytest.mark.parametrize(("a_day", "right"), [(6, True), (7, False)])
def test_what_had_risen_beyond_chance_fades_from_that_week(world: World, a_day: int, right: bool) -> None:
    fall(world)
    world.add(
        "mart_topic_burst", HIGH, "all", "w", "tag:早C晚A", 63, 35, 1.8, 0.01, "signal", None, "ok", 700
    )
    world.write_week("tag:早C晚A", NEXT, a_day)
    world.call(CALLED)
    world.call(NEXT)
    assert world.grade("fading") == [right]


def test_a_topic_without_a_past_has_no_level_to_stand_below(world: World) -> None:
    world.add("mart_topic_velocity", CALLED, "all", "tag:早C晚A", 14, 63, 700, 1, -1.4, -0.7, 0.01, "ok")
    world.write_week("tag:早C晚A", HIGH, 9)
    world.call(CALLED)
    world.call(NEXT)
    assert world.grade("fading") == [None]


def test_what_one_in_forty_of_all_topics_does_by_chance_is_no_call(world: World) -> None:
    fall(world, q_value=0.31)
    assert world.call(CALLED) == []


def test_the_level_is_of_the_sources_that_count_when_it_is_called(world: World) -> None:
    fall(world)
    world.write_week("tag:早C晚A", NEXT, 3)
    # two of its five posts a day were of a source that ended before the call
    world.add("stray_panel", "all", CALLED, NEXT, "douyin", ["newsnow"])
    for back in range(14, 42):
        day = CALLED - timedelta(days=back)
        for number in range(2):
            world.add("stray", "post", f"tag:早C晚A{day}{number}", day, True, "douyin", ["newsnow"])
    world.call(CALLED)
    # three of 98 a day, with one document more that is spread as all are
    past, read = 3 * 28, 98 * 28
    (share,) = world.ask("select base_share from mart_call")[0]
    assert share == pytest.approx(past / (past + 1) * (past * 700 / read + 700 / read) / 700)


def draw_world(planted: int, seed: int = 3) -> tuple[NDArray[np.int64], Floats]:
    """Documents [topics, days] of topics at which nothing changes but noise, and all documents [days].

    The first `planted` topics keep LASTING of their level from the week of the call on, the last but one.
    """
    random = np.random.default_rng(seed)
    level = np.exp(random.normal(np.log(6), 1.0, TOPICS))[:, None] * np.ones(DAYS)
    level[:planted, -14:] *= LASTING
    counts = random.poisson(level * random.gamma(4, 0.25, level.shape)).astype(np.int64)
    return counts, np.full(DAYS, 20.0 * TOPICS)


def play(world: World, counts: NDArray[np.int64], exposure: Floats, called: int | None = None) -> None:
    """Call and grade what the shipped SQL finds in such counts.

    `called`: so many topics of the lowest interval are called whatever their q, and no others.
    """
    found = replay_weeks(counts[:, :-7], exposure[:-7], 2, CALLED).velocity
    days = tabulate_days(counts, NEXT), tabulate_exposure_days(exposure, NEXT)
    world.connection.execute("delete from mart_exposure_day")
    for name, rows in zip(("found", "topic_days", "all_days"), (found, *days), strict=True):
        world.connection.register(name, rows)
    world.connection.execute(
        "insert into mart_topic_day by name "
        "select * replace (unnest(['all', 'douyin']) as platform), n_docs as n_authors from topic_days;"
        "insert into mart_exposure_day by name "
        "select day, unnest(['all', 'douyin']) as platform, n_docs from all_days;"
        "insert into mart_topic_velocity by name select week, platform, topic_id, x_cur, x_prev, e_cur, "
        "read_growth, v_log, v_hi, q_value, status, metric_ver from found where weeks_ago = 0"
    )
    if called is not None:
        world.connection.execute(
            "update mart_topic_velocity set q_value = if(topic_id in (select topic_id from "
            "mart_topic_velocity where status = 'ok' order by v_hi limit ?), 0.01, 1)",
            [called],
        )
    world.call(CALLED)
    world.call(NEXT)


def test_q_is_benjamini_hochberg_over_the_topics_that_can_be_told_of() -> None:
    counts, exposure = draw_world(PLANTED)
    found = replay_weeks(counts[:, :-7], exposure[:-7], 2).velocity
    for ago in (0, 1):
        week = found.filter(pc.equal(found["weeks_ago"], ago))
        told = week.filter(pc.equal(week["status"], "ok"))
        value, high = told["v_log"].to_numpy(), told["v_hi"].to_numpy()
        expected = adjust_p_values(norm.cdf(1.96 * value / (high - value)))
        assert told["q_value"].to_numpy() == pytest.approx(expected, rel=0.01)
        assert len(told) < len(week)
        assert week.filter(pc.not_equal(week["status"], "ok"))["q_value"].null_count == len(week) - len(told)


def test_where_nothing_changes_nothing_fades(world: World) -> None:
    counts, exposure = draw_world(planted=0)
    play(world, counts, exposure)
    ((below, called),) = world.ask(
        "select count(*) filter (where v_hi < 0), (select count(*) from mart_call) from mart_topic_velocity "
        "where status = 'ok'"
    )
    assert below >= 10
    assert called == 0


def test_a_lasting_fade_is_found_and_right(world: World) -> None:
    counts, exposure = draw_world(planted=PLANTED)
    play(world, counts, exposure)
    found = {
        int(topic[4:]): right for topic, right in world.ask("select topic_id, is_right from mart_scorecard")
    }
    true = [place for place in found if place < PLANTED]
    assert len(true) >= 0.4 * PLANTED
    assert len(found) - len(true) <= 0.1 * len(found)
    assert np.mean([found[place] for place in true]) >= 0.9


def test_what_was_called_by_chance_is_no_more_often_right_than_any_topic() -> None:
    right, any_right, would_be_right, uncalled, n_called = [], [], [], [], 30
    for seed in range(3):
        counts, exposure = draw_world(planted=0, seed=seed)
        with duckdb.connect() as connection:
            world = World(connection)
            play(world, counts, exposure, n_called)
            graded = dict(world.ask("select topic_id, is_right from mart_scorecard"))
            uncalled += [right / n for n, right in world.ask("select n_topics, n_right from mart_base_rate")]
        usual, high, now = (counts[:, first:last].sum(axis=1) for first, last in SPANS)
        told = high + counts[:, -14:-7].sum(axis=1) >= 20
        any_right.append((1.3 * now <= usual / 4)[told].mean())
        places = [int(topic[4:]) for topic in graded]
        would_be_right.append((1.3 * now <= high)[places].mean())
        right.append(np.mean(list(graded.values())))
        assert len(graded) == n_called
    # chosen for a high week before a low one: held against the high one they had seemed right twice as often
    assert np.mean(would_be_right) >= 2 * np.mean(any_right)
    assert np.mean(right) <= np.mean(any_right) + 0.1
    # the rate that stands beside the calls is that of any topic
    assert np.mean(uncalled) == pytest.approx(np.mean(any_right), abs=0.03)
