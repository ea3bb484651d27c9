"""Calls follow the board: the threshold is chosen by its own last week of finished cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from flows.breakout import hash_titles
from tests.breakout_world import START, simulate_board
from warehouse.breakout.boards import Board, conform, tabulate_boards
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.evaluate import evaluate_breakout
from warehouse.breakout.mart import BreakoutForecaster, forecast_board
from warehouse.breakout.model import BreakoutModel
from warehouse.breakout.threshold import LEAST_MISSES, follow_threshold, follow_thresholds
from warehouse.breakout.train import TrainingSettings, train_breakout

HOUR, DAY = 3600, 24 * 3600
NOW = 40 * DAY


def find_by_hand(probability: list[float]) -> float:
    """The value that one in 25 lie above."""
    ordered = sorted(probability, reverse=True)
    return ordered[len(ordered) // 25]


def test_four_in_a_hundred_of_the_misses_of_seven_finished_days_pass() -> None:
    random = np.random.default_rng(4)
    # a case each quarter of an hour for forty days; every tenth is a hit, whatever was said of it
    moments = np.arange(0, NOW, HOUR // 4)
    said = random.uniform(0, 1, len(moments)) * np.where(moments < 20 * DAY, 0.4, 0.8)
    hits = np.arange(len(moments)) % 10 == 0
    found = follow_thresholds(said, ~hits, moments, 0.9)
    for day in (8, 19, 24, 30, 39):
        now = day * DAY
        known = (moments <= now - DAY) & (moments >= now - 8 * DAY) & ~hits
        assert found[moments == now] == pytest.approx(find_by_hand(said[known].tolist()))
    # what is over tells of the change two days after it at most in part, and wholly after a week and a day
    assert found[moments == 20 * DAY] < 0.4 < found[moments == 22 * DAY] < found[moments == 28 * DAY]
    # 432 misses a day: the shipped one stands until the day after the five hundredth
    assert found[moments < 2 * DAY].tolist() == [0.9] * int((moments < 2 * DAY).sum())
    # and what comes later changes nothing
    cut = moments < 30 * DAY
    earlier = follow_thresholds(said[cut], ~hits[cut], moments[cut], 0.9)
    assert np.array_equal(earlier, found[cut])


@pytest.fixture(scope="module")
def model() -> BreakoutModel:
    """A model of two weeks of another such board, and sure of nothing it ships."""
    board = tabulate_boards(conform(simulate_board(5, 24 * 14)))[0]
    settings = TrainingSettings(trees=12, leaves=8, learning_rate=0.3)
    trained = train_breakout(board, hash_titles, settings=settings)
    return replace(trained, trained_until=START, threshold=0.0123)


def watch_board(hours: int, seed: int = 9) -> Board:
    return tabulate_boards(conform(simulate_board(seed, hours)))[0]


def test_the_mart_calls_by_the_threshold_of_the_boards_own_week(model: BreakoutModel) -> None:
    board = watch_board(24 * 12)
    table = describe_cases(board, hash_titles, model.wording)
    moments = board.row_times[table.cases.row]
    last = int(board.times[-1])
    week = table.cases.is_known & ~table.cases.is_hit & (moments >= last - 8 * DAY)
    assert moments[week].max() <= last - DAY
    expected = find_by_hand(model.forecast_values(table.select(model.names)[week]).tolist())
    chosen = follow_threshold(model, table)
    assert chosen.value == pytest.approx(expected)
    assert chosen.misses == int(week.sum())
    rows = forecast_board(board, BreakoutForecaster({"douyin": model}, hash_titles))
    assert set(rows["threshold"].to_pylist()) == {round(chosen.value, 4)}
    assert set(rows["threshold_misses"].to_pylist()) == {int(week.sum())}


def test_cases_of_a_day_that_nobody_watched_choose_no_threshold(model: BreakoutModel) -> None:
    # from noon of the tenth day on the machine was off for eighteen hours
    shown = simulate_board(9, 24 * 12)
    off = [START + timedelta(days=9, hours=12 + hour) for hour in range(18)]
    board = tabulate_boards(conform(shown.filter(pc.invert(pc.is_in(shown["captured_at"], pa.array(off))))))[
        0
    ]
    table = describe_cases(board, hash_titles, model.wording)
    moments, cases = board.row_times[table.cases.row], table.cases
    hours_before = (START.timestamp() + 9 * DAY + 11 * HOUR - moments) / HOUR
    is_cut = (hours_before >= 0) & (hours_before < 21)
    assert (cases.is_known & ~cases.is_watched).tolist() == is_cut.tolist()
    week = cases.is_watched & ~cases.is_hit & (moments >= board.times[-1] - 8 * DAY)
    assert follow_threshold(model, table).misses == int(week.sum())


@pytest.mark.parametrize("seen", [False, True])
def test_the_shipped_threshold_stands_while_too_few_are_over_or_training_saw_them(
    seen: bool, model: BreakoutModel
) -> None:
    board = watch_board(24 * 12 if seen else 40)
    late = replace(model, trained_until=START + timedelta(days=12)) if seen else model
    table = describe_cases(board, hash_titles, model.wording)
    ended = int((table.cases.is_known & ~table.cases.is_hit).sum())
    assert (ended >= LEAST_MISSES) == seen
    chosen = follow_threshold(late, table)
    assert (chosen.value, chosen.misses) == (0.0123, None)


def test_an_evaluation_says_what_passes_each_month_by_either_threshold(model: BreakoutModel) -> None:
    scores = evaluate_breakout(model, watch_board(24 * 35, seed=11), hash_titles)
    by_month = scores["false_alarm_rate_by_month"]
    assert isinstance(by_month, dict)
    assert list(by_month) == ["2026-01", "2026-02"]
    # of a shipped threshold that everything passes, and one that follows
    assert by_month["2026-02"]["shipped"] > 0.5
    assert abs(by_month["2026-02"]["followed"] - 0.04) < 0.02
