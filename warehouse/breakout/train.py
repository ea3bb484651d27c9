"""Board archives in, one platform's forecast model out. Needs scikit-learn; using the model does not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from warehouse.breakout.boards import Board, Floats
from warehouse.breakout.cases import HORIZON
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.model import BetaCalibration, BreakoutModel, choose_columns, name_moment
from warehouse.breakout.scores import find_threshold
from warehouse.breakout.trees import Trees
from warehouse.breakout.wording import HashTitles, WordingState
from warehouse.errors import WarehouseError

LEAST_CASES = 2_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the trees grow. Chosen on the last two months of the first two thirds of the shared archives."""

    trees: int = 220
    learning_rate: float = 0.06
    leaves: int = 31
    least_in_leaf: int = 150
    column_share: float = 0.25
    l2: float = 5.0
    calibration_share: float = 0.15
    """Last share of the cases that calibrates: its trees see only the cases before it."""
    most_cases: int = 150_000
    seed: int = 7


def train_breakout(
    board: Board,
    hash_titles: HashTitles,
    *,
    others: Sequence[Board] = (),
    until: datetime | None = None,
    settings: TrainingSettings | None = None,
    on_progress: Progress | None = None,
) -> BreakoutModel:
    """Train on a board up to a moment. The trees that ship are grown on all cases; the calibration comes from
    trees grown without the last share of the cases, so that it is learnt on later cases than they saw.

    WarehouseError when the history holds too few cases or all ended alike.
    """
    chosen = settings or TrainingSettings()
    end = int(until.timestamp()) if until else int(board.times[-1]) + 1
    past = cut_board(board, end)
    notice = on_progress or (lambda done, total: None)
    table = describe_cases(
        past, hash_titles, WordingState.empty(), [cut_board(other, end) for other in others]
    )
    notice(1, 4)
    known = np.flatnonzero(table.cases.is_known)
    hits = table.cases.is_hit[known]
    if len(known) < LEAST_CASES or hits.all() or not hits.any():
        raise WarehouseError(
            f"{board.platform}/{board.name} gives {len(known)} cases with a known outcome; "
            f"a forecast needs {LEAST_CASES} that did not all end alike"
        )
    names = choose_columns(table.names, table.values[known])
    values = table.select(names)[known]
    moments = past.row_times[table.cases.row[known]]
    calibration, threshold = calibrate_later(values, hits, moments, chosen)
    notice(2, 4)
    trees = grow_trees(values, hits, chosen)
    notice(3, 4)
    model = BreakoutModel(
        platform=board.platform,
        board=board.name,
        names=names,
        trees=trees,
        calibration=calibration,
        wording=table.wording,
        trained_from=name_moment(int(past.times[0])),
        trained_until=name_moment(end),
        threshold=threshold,
        version="",
    )
    notice(4, 4)
    return replace(model, version=hashlib.sha256(model.to_bytes()).hexdigest()[:12])


def cut_board(board: Board, end: int) -> Board:
    """The board as it was known before a moment (seconds since 1970)."""
    snapshots = int(np.searchsorted(board.times, end))
    rows = int(np.searchsorted(board.snapshot, snapshots))
    titles = int(board.title[:rows].max(initial=-1)) + 1
    return replace(
        board,
        times=board.times[:snapshots],
        titles=board.titles[:titles],
        snapshot=board.snapshot[:rows],
        rank=board.rank[:rows],
        title=board.title[:rows],
        heat=board.heat[:rows],
        category=board.category[:titles],
        is_excluded=board.is_excluded[:rows],
    )


def grow_trees(values: NDArray[np.float32], hits: NDArray[np.bool_], settings: TrainingSettings) -> Trees:
    """Boosted trees on at most `most_cases` cases, drawn at random."""
    drawn = np.random.default_rng(settings.seed).permutation(len(hits))[: settings.most_cases]
    classifier = HistGradientBoostingClassifier(
        max_iter=settings.trees,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.leaves,
        min_samples_leaf=min(settings.least_in_leaf, max(len(drawn) // 100, 1)),
        max_features=settings.column_share,
        l2_regularization=settings.l2,
        early_stopping=False,
        random_state=settings.seed,
    )
    return Trees.from_classifier(classifier.fit(values[drawn], hits[drawn]))


def calibrate_later(
    values: NDArray[np.float32],
    hits: NDArray[np.bool_],
    moments: NDArray[np.int64],
    settings: TrainingSettings,
) -> tuple[BetaCalibration, float]:
    """Calibration and threshold from the last cases, on trees grown a day before them and earlier."""
    begin = int(np.quantile(moments, 1 - settings.calibration_share))
    later, earlier = moments >= begin, moments < begin - HORIZON
    if not hits[earlier].any() or not hits[later].any() or hits[later].all():
        raise WarehouseError("the history is too short to calibrate on its last part; give more of it")
    margin = grow_trees(values[earlier], hits[earlier], settings).margin(values[later])
    calibration = fit_calibration(margin, hits[later])
    return calibration, find_threshold(calibration.apply(margin), hits[later])


def fit_calibration(margin: Floats, hits: NDArray[np.bool_]) -> BetaCalibration:
    """Beta calibration by maximum likelihood; a slope that would turn the order round is left out."""
    parts = np.stack([-np.logaddexp(0, -margin), np.logaddexp(0, margin)], axis=1)
    for used in ((0, 1), (0,), (1,)):
        fitted = LogisticRegression(C=1e6).fit(parts[:, used], hits)
        slopes = dict(zip(used, fitted.coef_[0], strict=True))
        if min(slopes.values()) > 0:
            return BetaCalibration(
                float(slopes.get(0, 0.0)), float(slopes.get(1, 0.0)), float(fitted.intercept_[0])
            )
    raise WarehouseError("the forecast says nothing about later cases; give a longer history")
