"""Board archives in, one platform's forecast model out. Needs scikit-learn; using the model does not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from warehouse.breakout.boards import Board, Floats
from warehouse.breakout.cases import HORIZON
from warehouse.breakout.columns import CaseTable, describe_cases
from warehouse.breakout.crowd import DAY
from warehouse.breakout.model import BetaCalibration, BreakoutModel, choose_columns, name_moment
from warehouse.breakout.scores import find_threshold
from warehouse.breakout.trees import Trees
from warehouse.breakout.wording import HashTitles, WordingState
from warehouse.errors import WarehouseError

LEAST_CASES = 2_000
TARGETS = ("hit", "half_day", "soon") * 2
"""What each ensemble learns: the outcome, or whether it comes within HOURS_AHEAD."""
HOURS_AHEAD = {"half_day": 12.0, "soon": 6.0}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the trees grow. Chosen on the last two months of the first two thirds of the shared archives."""

    trees: int = 120
    learning_rate: float = 0.08
    leaves: int = 31
    least_in_leaf: int = 120
    column_share: float = 0.25
    l2: float = 5.0
    calibration_share: float = 0.15
    """Last share of the cases that calibrates: its trees see only the cases before it."""
    most_cases: int = 110_000
    """Each ensemble draws its own."""
    half_life_days: float = 180.0
    """Age at which a case is drawn half as readily: boards change their rules and their size."""
    hidden_share: float = 0.15
    """Share of the titles whose counts and addresses are hidden, for boards that do not show them."""
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
    hide_columns(values, names, table, known, chosen)
    lesson = Lesson(
        values,
        hits,
        table.cases.lead_hours[known],
        past.row_times[table.cases.row[known]],
        past.title[table.cases.row[known]],
    )
    weights, calibration, threshold = calibrate_later(lesson, chosen)
    notice(2, 4)
    trees = Trees.add(grow_members(lesson, chosen), weights)
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


def hide_columns(
    values: NDArray[np.float32],
    names: Sequence[str],
    table: CaseTable,
    known: NDArray[np.int64],
    settings: TrainingSettings,
) -> None:
    """Blank, in place, what not every reading of the board shows, for a share of the titles."""
    columns = np.flatnonzero([name in table.seldom_shown for name in names])
    random = np.random.default_rng(settings.seed + 1)
    is_hidden = random.random(len(table.board.titles)) < settings.hidden_share
    rows = np.flatnonzero(is_hidden[table.board.title[table.cases.row[known]]])
    values[np.ix_(rows, columns)] = np.nan


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
        number=board.number[:titles],
        link=board.link[:rows],
        counts=board.counts[:rows],
        is_excluded=board.is_excluded[:rows],
    )


@dataclass(frozen=True)
class Lesson:
    """What the trees learn from: columns [cases, columns], and each case's outcome, hours to the top ten (NaN
    when it never came), moment in seconds since 1970, and title."""

    values: NDArray[np.float32]
    hits: NDArray[np.bool_]
    lead_hours: Floats
    moments: NDArray[np.int64]
    titles: NDArray[np.int64]

    def take(self, chosen: NDArray[np.generic]) -> Lesson:
        """Some of the cases."""
        return Lesson(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def aim(self, target: str) -> NDArray[np.bool_]:
        """Whether one of TARGETS holds of each case [cases]."""
        with np.errstate(invalid="ignore"):
            is_near = self.lead_hours <= HOURS_AHEAD.get(target, np.inf)
        return self.hits & is_near


def grow_members(lesson: Lesson, settings: TrainingSettings) -> list[Trees]:
    """An ensemble for each of TARGETS that some cases meet and some do not, each on a draw of its own.
    What comes soon is told more surely, and trees that saw other cases err elsewhere."""
    members = []
    weights = weigh_cases(lesson.moments, lesson.titles, settings)
    for number, target in enumerate(TARGETS):
        seed = settings.seed + number
        drawn = draw_cases(weights, settings.most_cases, seed)
        wanted = lesson.aim(target)[drawn]
        if wanted.any() and not wanted.all():
            fitted = HistGradientBoostingClassifier(
                max_iter=settings.trees,
                learning_rate=settings.learning_rate,
                max_leaf_nodes=settings.leaves,
                min_samples_leaf=min(settings.least_in_leaf, max(len(drawn) // 100, 1)),
                max_features=settings.column_share,
                l2_regularization=settings.l2,
                early_stopping=False,
                random_state=seed,
            ).fit(lesson.values[drawn], wanted)
            members.append(Trees.from_fitted(fitted))
    return members


def weigh_cases(moments: NDArray[np.int64], titles: NDArray[np.int64], settings: TrainingSettings) -> Floats:
    """How readily each case is drawn: half for every half-life of age, divided by the root of the number of
    cases of its title, since the cases of a title that stays long say much the same [cases]."""
    days = (moments.max() - moments) / DAY
    _, place, count = np.unique(titles, return_inverse=True, return_counts=True)
    weights: Floats = 2 ** (-days / settings.half_life_days) / np.sqrt(count[place])
    return weights


def draw_cases(weights: Floats, most: int, seed: int) -> NDArray[np.int64]:
    """At most so many cases without replacement, by their weights (Efraimidis & Spirakis 2006)."""
    chance = np.random.default_rng(seed).random(len(weights))
    return np.argsort(-np.log1p(-chance) / weights, kind="stable")[:most]


def calibrate_later(lesson: Lesson, settings: TrainingSettings) -> tuple[list[float], BetaCalibration, float]:
    """Weights of the members, calibration and threshold, from the last cases and on trees that were grown on
    cases a day before them and earlier."""
    begin = int(np.quantile(lesson.moments, 1 - settings.calibration_share))
    later, earlier = lesson.take(lesson.moments >= begin), lesson.take(lesson.moments < begin - HORIZON)
    if not earlier.hits.any() or not later.hits.any() or later.hits.all():
        raise WarehouseError("the history is too short to calibrate on its last part; give more of it")
    members = grow_members(earlier, settings)
    margins = np.stack([member.margin(later.values) for member in members], axis=1)
    weights = weigh_members(margins, later.hits)
    margin = margins @ np.array(weights)
    calibration = fit_calibration(margin, later.hits)
    return weights, calibration, find_threshold(calibration.apply(margin), later.hits)


def weigh_members(margins: Floats, hits: NDArray[np.bool_]) -> list[float]:
    """Weights of the members by logistic regression; a member that would count against a hit is left out."""
    scale = np.maximum(margins.std(axis=0), 1e-9)
    used = list(range(margins.shape[1]))
    while True:
        fitted = LogisticRegression(C=0.01).fit(margins[:, used] / scale[used], hits)
        weights = fitted.coef_[0]
        if len(used) == 1 or weights.min() > 0:
            break
        used.pop(int(weights.argmin()))
    found = np.zeros(margins.shape[1])
    found[used] = weights / scale[used]
    return [float(weight) for weight in found]


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
