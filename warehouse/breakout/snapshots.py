"""Values of a board's rows in, how each stands against the others of its snapshot out [rows]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats
from warehouse.breakout.cases import TOP

NEAR = 3


def place_in_snapshot(board: Board, values: Floats) -> Floats:
    """Share of the snapshot's rows whose value is smaller; NaN where it has none [rows]."""
    order = np.lexsort((values, board.snapshot))
    place = np.empty(len(values))
    place[order] = np.arange(len(values))
    start = np.searchsorted(board.snapshot, np.arange(len(board.times)))[board.snapshot]
    size = np.bincount(board.snapshot, np.isfinite(values), minlength=len(board.times))[board.snapshot]
    result: Floats = np.where(np.isfinite(values), (place - start) / np.maximum(size, 1), np.nan)
    return result


def mean_of_top(board: Board, values: Floats, least: int = 1) -> Floats:
    """Mean over the snapshot's ranks from `least` to 10 that have a value; NaN when none has [rows]."""
    used = (board.rank <= TOP) & (board.rank >= least) & ~board.is_excluded & np.isfinite(values)
    count = np.bincount(board.snapshot[used], minlength=len(board.times))
    total = np.bincount(board.snapshot[used], values[used], minlength=len(board.times))
    result: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)[board.snapshot]
    return result


def mean_of_near(board: Board, values: Floats) -> Floats:
    """Mean of the NEAR rows above and below in the snapshot, without the row itself [rows]."""
    total, count = np.zeros(len(values)), np.zeros(len(values))
    for step in range(1, NEAR + 1):
        for here, there in ((slice(step, None), slice(None, -step)), (slice(None, -step), slice(step, None))):
            value = values[there]
            used = (
                (board.snapshot[here] == board.snapshot[there])
                & np.isfinite(value)
                & ~board.is_excluded[there]
            )
            total[here] += np.where(used, value, 0)
            count[here] += used
    result: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return result


def count_above(board: Board, holds: NDArray[np.bool_]) -> Floats:
    """How many rows above in the snapshot it holds of [rows]."""
    running = np.cumsum(holds, dtype=np.float64)
    before = running - holds
    start = np.searchsorted(board.snapshot, np.arange(len(board.times)))[board.snapshot]
    above: Floats = before - before[start]
    return above


def subtract_below(board: Board, values: Floats, step: int) -> Floats:
    """The row's value less that of the row so many places below in its snapshot; NaN past the end [rows]."""
    found = np.full(len(values), np.nan)
    is_same = board.snapshot[step:] == board.snapshot[:-step]
    found[:-step] = np.where(is_same, values[:-step] - values[step:], np.nan)
    return found
