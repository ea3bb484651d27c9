"""Titles in the order first seen in, how well their wording has done so far out.

Two views of the hashed character n-grams of a title: a logistic regression that takes a step for every title
whose 24 hours are over (Adagrad, Duchi et al. 2011), and counts of titles and of successes that halve every
40 days. A title is scored once, from what was known when it was first seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import HORIZON, find_reached
from warehouse.breakout.crowd import first_times

HashTitles = Callable[[Sequence[str]], tuple[Ints, Ints]]
"""Titles -> pairs (title, column) of their n-grams, columns below COLUMNS, in the order of the titles."""

BITS = 18
COLUMNS = 1 << BITS
STEP_SECONDS = 6 * 3600
HALF_LIFE_DAYS = 40.0
RATE = 0.3
PRIOR_TITLES = 4.0
_PASSES = 2


@dataclass
class WordingState:
    """What has been learnt: mutable, because it learns; a forecast works on a copy."""

    weights: Floats
    slopes: Floats
    """Sum of squared gradients of each column [COLUMNS]."""
    tried: Floats
    """Titles with each column, decayed; the last place counts all titles [COLUMNS + 1]."""
    won: Floats
    bias: float = 0.0
    moment: int = 0
    """Seconds since 1970 to which the counts are decayed; 0 before the first step."""

    @classmethod
    def empty(cls) -> WordingState:
        """Nothing learnt."""
        return cls(np.zeros(COLUMNS), np.zeros(COLUMNS), np.zeros(COLUMNS + 1), np.zeros(COLUMNS + 1))

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]]) -> WordingState:
        """State of the shipped file."""
        tried = unpack(tensors["wording.tried"], tensors["wording.tried_top"])
        return cls(
            tensors["wording.weights"].astype(np.float64)
            * float(tensors["wording.step"].astype(np.float64)[0]),
            unpack(tensors["wording.slopes"], tensors["wording.slopes_top"]),
            tried,
            np.minimum(unpack(tensors["wording.won"], tensors["wording.won_top"]), tried),
            bias=float(tensors["wording.bias"].astype(np.float64)[0]),
            moment=int(tensors["wording.moment"].astype(np.int64)[0]),
        )

    def to_tensors(self) -> dict[str, NDArray[np.generic]]:
        """One byte a number: weights in even steps, sums and counts in even steps of their logarithm."""
        step = max(float(np.abs(self.weights).max()), 1e-9) / 127
        packed: dict[str, NDArray[np.generic]] = {
            "wording.weights": np.rint(self.weights / step).astype(np.int8),
            "wording.step": np.array([step]),
            "wording.bias": np.array([self.bias]),
            "wording.moment": np.array([self.moment], dtype=np.int64),
        }
        for name in ("slopes", "tried", "won"):
            values = getattr(self, name)
            top = max(float(np.log1p(values).max()), 1e-9)
            packed[f"wording.{name}"] = np.rint(np.log1p(values) / top * 255).astype(np.uint8)
            packed[f"wording.{name}_top"] = np.array([top])
        return packed

    def copy(self) -> WordingState:
        """An independent copy."""
        return WordingState(
            self.weights.copy(),
            self.slopes.copy(),
            self.tried.copy(),
            self.won.copy(),
            self.bias,
            self.moment,
        )


def unpack(codes: NDArray[np.generic], top: NDArray[np.generic]) -> Floats:
    """Values of bytes that are even steps of log(1 + value) up to `top`."""
    values: Floats = np.expm1(codes.astype(np.float64) / 255 * float(top.astype(np.float64)[0]))
    return values


def describe_wording(
    board: Board, hash_titles: HashTitles, start: WordingState
) -> tuple[dict[str, NDArray[np.float32]], WordingState]:
    """Columns over the board's rows [rows], and the state after the last outcome known in the history."""
    state = start.copy()
    scores = score_titles(board, hash_titles, state)
    lengths = np.array([len(title) for title in board.titles], dtype=np.float64)
    scores["title_length"] = lengths
    scores["digit_share"] = count_share(board.titles, str.isdigit)
    scores["latin_share"] = count_share(board.titles, lambda letter: letter.isascii() and letter.isalpha())
    scores["mark_share"] = count_share(board.titles, lambda letter: not letter.isalnum())
    return {name: values[board.title].astype(np.float32) for name, values in scores.items()}, state


def count_share(titles: Sequence[str], holds: Callable[[str], bool]) -> Floats:
    """Share of each title's characters for which it holds [titles]."""
    return np.array([sum(map(holds, title)) / max(len(title), 1) for title in titles])


def score_titles(board: Board, hash_titles: HashTitles, state: WordingState) -> dict[str, Floats]:
    """Score each title at its first sight and learn from each once its 24 hours are over; changes `state`."""
    first = first_times(board)
    reached = find_reached(board)
    won = ((reached - first) <= HORIZON) & (reached < np.iinfo(np.int64).max)
    owners, columns = add_categories(board, *hash_titles(board.titles))
    labels = category_columns(board)
    begin = np.searchsorted(owners, np.arange(len(board.titles) + 1))
    _, first_row = np.unique(board.title, return_index=True)
    excluded = board.is_excluded[first_row]
    names = (
        "wording_score", "wording_rate_mean", "wording_rate_max", "wording_rate_min", "wording_known",
        "category_rate",
    )  # fmt: skip
    found = {name: np.full(len(board.titles), np.nan) for name in names}
    due = np.flatnonzero(~excluded)
    # a history that overlaps the one already learnt from must not be learnt twice
    learnt = int(np.searchsorted(first[due], state.moment - HORIZON, side="right")) if state.moment else 0
    for moment in range(int(board.times[0]), int(board.times[-1]) + STEP_SECONDS, STEP_SECONDS):
        ripe = int(np.searchsorted(first[due], moment - HORIZON, side="right"))
        decay_counts(state, moment)
        if ripe > learnt:
            learn_titles(state, *take_titles(due[learnt:ripe], begin, columns), won[due[learnt:ripe]])
            learnt = ripe
        left, right = np.searchsorted(first, (moment, moment + STEP_SECONDS))
        if right > left:
            places = np.arange(left, right)
            for name, values in score_wording(state, *take_titles(places, begin, columns)).items():
                found[name][places] = values
            found["category_rate"][places] = rate_columns(state, labels[places])
    found["category_rate"][labels < 0] = np.nan
    return found


def category_columns(board: Board) -> Ints:
    """Column of each title's category as the board shows it; -1 where it shows none [titles]."""
    places = {name: crc32(f"category:{name}".encode()) % COLUMNS for name in set(board.category) if name}
    return np.array([places.get(name, -1) for name in board.category], dtype=np.int64)


def add_categories(board: Board, owners: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """The pairs of titles and n-grams, with a pair more for each title that has a category."""
    labels = category_columns(board)
    labelled = np.flatnonzero(labels >= 0)
    both = np.concatenate((owners, labelled))
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate((columns, labels[labelled]))[order]


def take_titles(places: Ints, begin: Ints, columns: Ints) -> tuple[Ints, Ints, int]:
    """Pairs (number in `places`, column) of these titles, and how many titles there are."""
    sizes = begin[places + 1] - begin[places]
    owner = np.repeat(np.arange(len(places)), sizes)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owner, columns[np.repeat(begin[places], sizes) + offset], len(places)


def decay_counts(state: WordingState, moment: int) -> None:
    """Bring the counts to a moment; time that runs backwards decays nothing."""
    if state.moment and moment > state.moment:
        factor = 0.5 ** ((moment - state.moment) / (HALF_LIFE_DAYS * 24 * 3600))
        state.tried *= factor
        state.won *= factor
    state.moment = max(moment, state.moment)


def learn_titles(state: WordingState, owner: Ints, column: Ints, count: int, won: NDArray[np.bool_]) -> None:
    """Take a step for these titles."""
    size = np.sqrt(np.maximum(np.bincount(owner, minlength=count), 1))
    weight = 1 / size[owner]
    target = won.astype(np.float64)
    for _ in range(_PASSES):
        margin = np.bincount(owner, weight * state.weights[column], minlength=count) + state.bias
        error = 1 / (1 + np.exp(-margin)) - target
        touched, place = np.unique(column, return_inverse=True)
        gradient = np.bincount(place, weight * error[owner])
        state.slopes[touched] += gradient**2
        state.weights[touched] -= RATE * gradient / np.sqrt(state.slopes[touched] + 1e-3)
        state.bias -= 0.02 * float(error.mean())
    np.add.at(state.tried, column, 1.0)
    np.add.at(state.won, column, target[owner])
    state.tried[-1] += count
    state.won[-1] += target.sum()


def score_wording(state: WordingState, owner: Ints, column: Ints, count: int) -> dict[str, Floats]:
    """Margin of the regression, and the success of the n-grams against all titles, as log odds [count]."""
    held = np.maximum(np.bincount(owner, minlength=count), 1)
    margin = np.bincount(owner, state.weights[column], minlength=count) / np.sqrt(held) + state.bias
    odds = rate_columns(state, column)
    highest = np.full(count, -np.inf)
    lowest = np.full(count, np.inf)
    np.maximum.at(highest, owner, odds)
    np.minimum.at(lowest, owner, odds)
    known = np.log1p(state.tried[column])
    return {
        "wording_score": margin,
        "wording_rate_mean": np.bincount(owner, odds, minlength=count) / held,
        "wording_rate_max": np.where(np.isfinite(highest), highest, np.nan),
        "wording_rate_min": np.where(np.isfinite(lowest), lowest, np.nan),
        "wording_known": np.bincount(owner, known, minlength=count) / held,
    }


def rate_columns(state: WordingState, column: Ints) -> Floats:
    """Log odds of success of titles with a column less those of all titles, drawn to zero [columns]."""
    overall = (state.won[-1] + 1) / (state.tried[-1] + 2)
    rate = (state.won[column] + PRIOR_TITLES * overall) / (state.tried[column] + PRIOR_TITLES)
    odds: Floats = np.log(rate / (1 - rate)) - np.log(overall / (1 - overall))
    return odds
