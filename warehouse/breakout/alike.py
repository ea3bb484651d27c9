"""Titles of one board and of others in, which tell the same story and how those stand out.

Two titles are alike when the Jaccard index of their character bigrams is at least ALIKE and the one was seen
within three days of the other's first sight. What an alike title does later than a row's moment is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import NEVER, find_reached
from warehouse.breakout.crowd import DAY, first_times
from warehouse.breakout.paths import HOUR

ALIKE = 0.3
WINDOW_DAYS = 3
FRESH_SECONDS = 3 * 3600
"""A title elsewhere counts as standing now when it was seen within three hours."""


@dataclass(frozen=True)
class Pairs:
    """Alike titles: one of this board, one of another (or the same) board, and how alike they are."""

    mine: Ints
    theirs: Ints
    likeness: Floats


def find_alike(board: Board, other: Board) -> Pairs:
    """Pairs of alike titles whose first sights lie within three days; never a title with itself."""
    first, their_first = first_times(board), first_times(other)
    mine, theirs = index_bigrams(board.titles, other.titles)
    sizes = np.diff(mine.indptr), np.diff(theirs.indptr)
    found: list[tuple[Ints, Ints, Floats]] = []
    is_same = board is other
    for start in range(int(first.min()), int(first.max()) + DAY, DAY):
        left, right = np.searchsorted(first, (start, start + DAY))
        span = (start - WINDOW_DAYS * DAY, start + (WINDOW_DAYS + 1) * DAY)
        their_left, their_right = np.searchsorted(their_first, span)
        if right == left or their_right == their_left:
            continue
        shared = (mine[left:right] @ theirs[their_left:their_right].T).tocoo()
        row, column = shared.row + left, shared.col + their_left
        likeness = shared.data / (sizes[0][row] + sizes[1][column] - shared.data)
        near = np.abs(first[row] - their_first[column]) <= WINDOW_DAYS * DAY
        kept = (likeness >= ALIKE) & near & ~(is_same & (row == column))
        found.append((row[kept].astype(np.int64), column[kept].astype(np.int64), likeness[kept]))
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Pairs(none, none, np.zeros(0))
    return Pairs(*(np.concatenate(part) for part in zip(*found, strict=True)))


def index_bigrams(left: Sequence[str], right: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
    """Bigram sets of both lists over the same columns, as sparse rows of ones."""
    numbers: dict[str, int] = {}

    def tabulate(titles: Sequence[str]) -> csr_matrix:
        columns: list[int] = []
        ends = [0]
        for title in titles:
            folded = "".join(title.lower().split())
            grams = {folded[place : place + 2] for place in range(max(len(folded) - 1, 1))}
            columns.extend(sorted(numbers.setdefault(gram, len(numbers)) for gram in grams))
            ends.append(len(columns))
        return csr_matrix(
            (np.ones(len(columns), dtype=np.float32), np.array(columns), np.array(ends)),
            shape=(len(titles), 1 << 22),
        )

    return tabulate(left), tabulate(right)


def describe_alike(board: Board, rows: Ints, others: Sequence[Board], prefix: str) -> dict[str, Floats]:
    """What alike titles of the other boards have done by each row's moment [rows given].

    Columns, each named with the prefix: how many were seen by then, hours since the first, best rank so far
    and now, how alike the most alike is, and whether any has been in the top ten, and for how long.
    """
    names = (
        "seen",
        "hours_since_first",
        "best_rank",
        "rank_now",
        "likeness",
        "hours_since_top",
        "top_likeness",
    )
    found = {name: np.full(len(rows), np.nan) for name in names}
    found["seen"][:] = 0.0
    for other in others:
        pairs = find_alike(board, other)
        if len(pairs.mine):
            _add_board(found, board, rows, other, pairs)
    return {f"{prefix}_{name}": values for name, values in found.items()}


def _add_board(found: dict[str, Floats], board: Board, rows: Ints, other: Board, pairs: Pairs) -> None:
    order = np.argsort(pairs.mine, kind="stable")
    mine, theirs, likeness = pairs.mine[order], pairs.theirs[order], pairs.likeness[order]
    begin = np.searchsorted(mine, board.title[rows])
    sizes = np.searchsorted(mine, board.title[rows], side="right") - begin
    place = np.repeat(np.arange(len(rows)), sizes)
    pair = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(begin, sizes)
    time = board.row_times[rows][place]
    title, near = theirs[pair], likeness[pair]
    first = first_times(other)[title]
    seen = first <= time
    place, time, title, near, first = (part[seen] for part in (place, time, title, near, first))
    best, now = _ranks_at(other, title, time)
    reached = find_reached(other)[title]
    topped = reached <= time
    np.add.at(found["seen"], place, 1.0)
    np.fmax.at(found["hours_since_first"], place, (time - first) / HOUR)
    np.fmin.at(found["best_rank"], place, best)
    np.fmin.at(found["rank_now"], place, now)
    np.fmax.at(found["likeness"], place, near)
    np.fmax.at(found["top_likeness"], place, np.where(topped, near, np.nan))
    since = np.where(topped & (reached < NEVER), (time - np.minimum(reached, time)) / HOUR, np.nan)
    np.fmin.at(found["hours_since_top"], place, since)


def _ranks_at(other: Board, title: Ints, time: Ints) -> tuple[Floats, NDArray[np.float64]]:
    """Best rank so far and rank now (NaN when not seen within three hours) of titles at moments."""
    order = np.lexsort((other.snapshot, other.title))
    key = other.title[order] * (1 << 40) + other.row_times[order]
    rank = other.rank[order].astype(np.float64)
    step = 1e6
    best = np.minimum.accumulate(rank - other.title[order] * step) + other.title[order] * step
    place = np.searchsorted(key, title * (1 << 40) + time, side="right") - 1
    is_fresh = time - other.row_times[order][place] <= FRESH_SECONDS
    return best[place], np.where(is_fresh, rank[place], np.nan)
