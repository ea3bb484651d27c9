"""Board archives in; scores of the shipped breakout forecasts on days training did not see out, as JSON.

python -m tests.benchmarks.breakout FOLDER [--workers N] [--json]

FOLDER holds the archives (Parquet: captured_at, platform, board, rank, title and more). Beside the shipped
model stand the two simple ones that a reader would try first, trained on the same days: a logistic regression
on rank and rank change, and small boosted trees on the rank path, age and hour. `bare` is the shipped
model where a board shows neither counts nor addresses.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from flows.breakout import hash_titles, load_breakout_models
from tests.benchmarks.machine import describe_machine
from tests.breakout_world import hide_seldom_shown
from warehouse.breakout.boards import Board, read_boards
from warehouse.breakout.cases import HORIZON, list_cases
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.crowd import describe_clock
from warehouse.breakout.evaluate import score_table
from warehouse.breakout.model import BreakoutModel
from warehouse.breakout.paths import describe_paths
from warehouse.breakout.scores import score_forecast

TREE_COLUMNS = (
    "rank", "rank_change_1", "rank_change_3", "age_hours", "best_rank", "mean_rank_6h", "times_seen",
    "rank_change_6h", "hour",
)  # fmt: skip
BASELINE_FROM = 1_716_163_200
"""2024-05-20, from which the simple models are trained, as the figures they are compared with were."""
MOST_CASES = 100_000


def main() -> None:
    """Score every shipped model on the first archive that holds its platform."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=1, help="platforms measured at a time")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures: dict[str, object] = {"machine": describe_machine(), "platforms": {}}
    platforms = sorted(load_breakout_models())
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        measured = pool.map(measure_platform, repeat(asked.folder), platforms)
        results = {name: result for name, result in zip(platforms, measured, strict=True) if result}
    figures["platforms"] = results
    path = Path(__file__).with_name("breakout.json")
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8") if asked.json else f"wrote {path}")


def find_board(folder: Path, platform: str, name: str) -> Board | None:
    """The board of that name in the folder's archives; None when no archive has it."""
    for file in sorted(folder.glob("*.parquet")):
        for board in read_boards([file], platform):
            if board.name == name:
                return board
    return None


def measure_platform(folder: Path, platform: str) -> dict[str, object] | None:
    """Scores, the simple models' scores, and what it cost; None when no archive has the model's board."""
    model = load_breakout_models()[platform]
    board = find_board(folder, platform, model.board)
    if board is None:
        return None
    start = time.process_time()
    table = describe_cases(board, hash_titles, model.wording)
    scores = score_table(model, table)
    seconds = time.process_time() - start
    bare = score_table(model, hide_seldom_shown(table))
    return {
        "rows": len(board.rank),
        "titles_on_board": len(board.titles),
        "cpu_seconds": round(seconds, 1),
        "shipped": scores,
        "bare": {name: bare[name] for name in ("auc", "recall", "calibration_error")},
        "simple": measure_simple(model, board),
    }


def measure_simple(model: BreakoutModel, board: Board) -> dict[str, object]:
    """AUC and recall of the two simple models on the cases the shipped one is scored on."""
    cases = list_cases(board)
    known = {**describe_paths(board), **describe_clock(board)}
    moments = board.row_times[cases.row]
    end = int(model.trained_until.timestamp())
    train = np.flatnonzero(cases.is_known & (moments >= BASELINE_FROM) & (moments < end - HORIZON))
    train = np.random.default_rng(0).permutation(train)[:MOST_CASES]
    test = np.flatnonzero(cases.is_known & (moments >= end))
    few = np.nan_to_num(np.stack([known[name][cases.row] for name in ("rank", "rank_change_1")], axis=1))
    many = np.stack([known[name][cases.row] for name in TREE_COLUMNS], axis=1)
    found: dict[str, object] = {}
    for name, columns, classifier in (
        ("logistic", few, LogisticRegression()),
        ("trees", many, HistGradientBoostingClassifier(max_iter=100, min_samples_leaf=50, random_state=0)),
    ):
        fitted = classifier.fit(columns[train], cases.is_hit[train])
        probability = fitted.predict_proba(columns[test])[:, 1]
        scores = score_forecast(
            probability, cases.is_hit[test], cases.lead_hours[test], board.title[cases.row[test]]
        )
        found[name] = {
            "auc": scores.auc,
            "recall": scores.recall,
            "calibration_error": scores.calibration_error,
        }
    return found


if __name__ == "__main__":
    main()
