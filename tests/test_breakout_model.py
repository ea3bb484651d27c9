"""The forecast learns known rules, ships as plain numbers, and is refused when a byte of it changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import brier_score_loss, roc_auc_score

from flows.breakout import SHIPPED_MODEL, hash_titles, load_breakout_models
from flows.exit_codes import ExitCode
from tests.breakout_world import START, hide_seldom_shown, simulate_board
from tests.command_line import CommandLine
from warehouse.breakout.boards import conform, tabulate_boards
from warehouse.breakout.cases import list_cases
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.evaluate import evaluate_breakout, score_table
from warehouse.breakout.model import BetaCalibration, BreakoutModel, pick_model
from warehouse.breakout.scores import area_under_curve, calibration_error, score_forecast
from warehouse.breakout.train import (
    Lesson,
    TrainingSettings,
    draw_cases,
    fit_calibration,
    train_breakout,
    weigh_cases,
)
from warehouse.breakout.trees import Trees
from warehouse.errors import ModelRefused, WarehouseError

DAYS = 14
SMALL = TrainingSettings(trees=16, leaves=8, learning_rate=0.3)


@pytest.fixture(scope="module")
def model() -> BreakoutModel:
    """A model of two weeks of the known world."""
    board = tabulate_boards(conform(simulate_board(5, 24 * DAYS)))[0]
    return train_breakout(board, hash_titles, settings=SMALL)


def test_trees_give_what_scikit_learn_gives() -> None:
    random = np.random.default_rng(2)
    values = random.normal(size=(3000, 6)).astype(np.float32)
    values[random.random(values.shape) < 0.2] = np.nan
    values[:, 5] = np.round(values[:, 5])
    hits = np.nan_to_num(values[:, 0]) + np.nan_to_num(values[:, 5]) + random.normal(size=3000) > 0.5
    classifier = HistGradientBoostingClassifier(max_iter=40, random_state=1).fit(values, hits)
    trees = Trees.from_tensors(Trees.from_fitted(classifier).to_tensors())
    fresh = np.concatenate([values, np.full((1, 6), np.nan, dtype=np.float32)])
    np.testing.assert_allclose(trees.margin(fresh), classifier.decision_function(fresh), atol=1e-4)


def test_added_trees_give_the_weighted_sum() -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=(2000, 3)).astype(np.float32)
    hits = values[:, 0] + random.normal(size=2000) > 0
    one = HistGradientBoostingClassifier(max_iter=5, random_state=1).fit(values, hits)
    two = HistGradientBoostingRegressor(max_iter=9, random_state=1).fit(values, values[:, 1])
    added = Trees.add([Trees.from_fitted(one), Trees.from_fitted(two)], [0.7, -1.5])
    expected = 0.7 * one.decision_function(values) - 1.5 * two.predict(values)
    np.testing.assert_allclose(added.margin(values), expected, atol=1e-4)


def test_a_model_file_gives_the_same_forecast_again(model: BreakoutModel) -> None:
    again = BreakoutModel.from_bytes(model.to_bytes())
    values = np.random.default_rng(1).normal(10, 8, (500, len(model.names))).astype(np.float32)
    assert np.array_equal(again.forecast_values(values), model.forecast_values(values))
    assert (again.version, again.names, again.platform) == (model.version, model.names, "douyin")
    assert again.trained_until == model.trained_until


def test_training_twice_gives_the_same_bytes(model: BreakoutModel) -> None:
    board = tabulate_boards(conform(simulate_board(5, 24 * DAYS)))[0]
    assert train_breakout(board, hash_titles, settings=SMALL).to_bytes() == model.to_bytes()


def test_the_forecast_finds_the_known_rule_on_other_days(model: BreakoutModel) -> None:
    fresh = tabulate_boards(conform(simulate_board(77, 24 * 10)))[0]
    settled = START + timedelta(days=3)  # the board starts empty of risers
    scores = evaluate_breakout(model, fresh, hash_titles, since=settled)
    assert scores["is_seen_in_training"]  # the simulated days begin with those of the training
    cases = list_cases(fresh)
    scored = cases.is_known & (fresh.row_times[cases.row] >= settled.timestamp())
    known = cases.row[scored]
    by_rank = area_under_curve(-fresh.rank[known].astype(float), cases.is_hit[scored])
    assert float(str(scores["auc"])) > max(by_rank + 0.04, 0.8)
    assert float(str(scores["recall"])) > 0.2
    assert float(str(scores["false_alarm_rate"])) <= 0.04


def test_a_reading_without_addresses_is_forecast_too(model: BreakoutModel) -> None:
    fresh = tabulate_boards(conform(simulate_board(78, 24 * 10)))[0]
    table = describe_cases(fresh, hash_titles, model.wording)
    bare = hide_seldom_shown(table)
    assert "hours_since_issued" in table.seldom_shown
    assert np.isnan(bare.select(table.seldom_shown)).all()
    others = [name for name in table.names if name not in table.seldom_shown]
    assert np.array_equal(bare.select(others), table.select(others), equal_nan=True)
    settled = START + timedelta(days=3)
    scores, shown = (score_table(model, one, since=settled) for one in (bare, table))
    assert float(str(scores["auc"])) > 0.75
    assert float(str(scores["calibration_error"])) < float(str(shown["calibration_error"])) + 0.03


def test_scores_agree_with_scikit_learn_and_with_hand_counts() -> None:
    random = np.random.default_rng(4)
    truth = random.random(4000) ** 3
    hits = random.random(4000) < truth
    said = np.round(truth, 2)
    assert area_under_curve(said, hits) == pytest.approx(roc_auc_score(hits, said))
    assert calibration_error(said, hits) < 0.03
    assert calibration_error(np.full(10, 0.9), np.zeros(10, dtype=bool)) == pytest.approx(0.9)
    scores = score_forecast(said, hits, np.where(hits, 5.0, np.nan), np.arange(4000) // 4)
    assert scores.brier == pytest.approx(brier_score_loss(hits, said), abs=1e-5)
    flagged = said > scores.threshold
    assert scores.recall == pytest.approx(flagged[hits].mean(), abs=1e-5)
    assert scores.precision == pytest.approx(hits[flagged].mean(), abs=1e-5)
    assert scores.false_alarm_rate <= 0.04
    assert scores.auc_interval[0] < scores.auc < scores.auc_interval[1]
    assert scores.recall_interval[0] <= scores.recall <= scores.recall_interval[1]
    assert scores.median_lead_hours == 5.0


def test_calibration_mends_overconfidence_and_keeps_the_order() -> None:
    random = np.random.default_rng(8)
    margin = random.normal(-2, 1, 20_000)
    hits = random.random(20_000) < 1 / (1 + np.exp(-margin))
    mended = fit_calibration(margin * 3, hits).apply(margin * 3)
    assert calibration_error(mended, hits) < 0.01 < calibration_error(1 / (1 + np.exp(-margin * 3)), hits)
    assert (np.diff(mended[np.argsort(margin)]) >= 0).all()


def test_calibration_of_extreme_margins_stays_a_probability() -> None:
    said = BetaCalibration(1.0, 1.0, 0.0).apply(np.array([-800.0, 0.0, 800.0]))
    assert said.tolist() == [0.0, 0.5, 1.0]


def test_a_case_teaches_whether_and_when_it_came() -> None:
    lesson = Lesson(
        values=np.zeros((4, 1), dtype=np.float32),
        hits=np.array([True, True, True, False]),
        lead_hours=np.array([5.0, 10.0, 20.0, np.nan]),
        moments=np.arange(4),
        titles=np.arange(4),
    )
    assert lesson.aim("hit").tolist() == [True, True, True, False]
    assert lesson.aim("soon").tolist() == [True, False, False, False]
    assert lesson.aim("half_day").tolist() == [True, True, False, False]


def test_cases_weigh_by_age_and_a_long_stay_does_not_outvote_the_others() -> None:
    moments = np.array([0, 180, 360, 360, 360, 360, 360]) * 24 * 3600
    titles = np.array([7, 8, 9, 5, 5, 5, 5])
    weights = weigh_cases(moments, titles, replace(SMALL, half_life_days=180.0))
    assert weights == pytest.approx([1 / 4, 1 / 2, 1, 1 / 2, 1 / 2, 1 / 2, 1 / 2])


def test_cases_are_drawn_by_weight_and_none_twice() -> None:
    weights = np.repeat([1 / 4, 1 / 2, 1], 20_000)
    drawn = draw_cases(weights, 3000, seed=1)
    assert len(np.unique(drawn)) == 3000
    shares = np.bincount(drawn // 20_000) / 3000
    assert shares == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=0.03)
    assert sorted(draw_cases(weights[:50], 3000, seed=1).tolist()) == list(range(50))


def test_too_little_history_is_refused_in_words() -> None:
    board = tabulate_boards(conform(simulate_board(1, 40)))[0]
    with pytest.raises(WarehouseError, match="a forecast needs 2000"):
        train_breakout(board, hash_titles)


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"{}", b"\xff" * 64])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRefused, match="headwater train breakout"):
        BreakoutModel.from_bytes(content)


def test_a_tree_that_leads_outside_is_refused(model: BreakoutModel) -> None:
    tensors = model.trees.to_tensors()
    tensors["trees.left"] = tensors["trees.left"] + 1_000_000
    with pytest.raises(ValueError, match="outside"):
        Trees.from_tensors(tensors)


def test_shipped_models_are_whole_and_small() -> None:
    models = load_breakout_models()
    assert {"douyin", "kuaishou", "weibo"} <= set(models)
    assert sum(path.stat().st_size for path in SHIPPED_MODEL.iterdir()) < 6_000_000
    for platform, shipped in models.items():
        assert shipped.platform == platform
        assert len(shipped.version) == 12


def test_a_platform_without_a_model_is_named() -> None:
    with pytest.raises(ModelRefused, match="no breakout forecast is trained for taobao"):
        pick_model(load_breakout_models(), "taobao")


@pytest.mark.timeout(300)
def test_commands_train_and_evaluate_and_refuse_an_altered_model(tmp_path: Path) -> None:
    pq.write_table(simulate_board(5, 24 * DAYS), tmp_path / "board.parquet")
    run = CommandLine(tmp_path).run
    trained = run(
        "train", "breakout", "--boards", "board.parquet", "--output", "models", "--until", "2026-01-14",
        "--trees", "5", seconds=110, environment={"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert trained.exit_code == ExitCode.OK, trained.errors
    asked = ("evaluate", "breakout", "--boards", "board.parquet", "--platform", "douyin", "--json")
    scored = run(*asked, "--model", "models")
    assert scored.exit_code == ExitCode.OK, scored.errors
    scores = json.loads(scored.output)
    assert not scores["is_seen_in_training"]
    assert scores["from"] >= "2026-01-14"
    for name in (
        "snapshots", "base_rate", "auc", "brier", "calibration_error", "recall", "precision",
        "median_lead_hours",
    ):  # fmt: skip
        assert isinstance(scores[name], int | float), name
    file = tmp_path / "models" / "douyin.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    altered = run(*asked, "--model", "models")
    assert altered.exit_code == ExitCode.MODEL
    assert "was altered" in altered.errors
    shutil.rmtree(tmp_path / "models")
    assert run(*asked, "--model", "models").exit_code == ExitCode.MODEL
