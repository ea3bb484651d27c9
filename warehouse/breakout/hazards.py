"""A board's history in, how waiting titles have lately fared from one snapshot to the next out [rows]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import TOP, find_reached
from warehouse.breakout.crowd import DAY, first_times
from warehouse.breakout.paths import HOUR

RANK_EDGES = (13, 16, 21, 26, 31, 41)
SPANS_HOURS = (6, 24, 7 * 24)
DAYS_BACK = 14
AHEAD_HOURS = (2, 6)
LONGEST_STEP_HOURS = 6
_PRIOR_ROWS = 20.0


def describe_hazards(board: Board) -> dict[str, NDArray[np.float32]]:
    """Share of waiting rows of the same rank and newness whose title was in the top ten a snapshot later.

    Over the last hours, and over the hours that followed this time of day on the last DAYS_BACK days. A step
    counts from the snapshot that ended it. Shares are drawn to the week's share over all rows by 20 rows.
    """
    times = board.row_times
    reached = find_reached(board)[board.title]
    is_new = first_times(board)[board.title] == times
    bucket = np.digitize(board.rank, RANK_EDGES) * 2 + is_new
    buckets = 2 * (len(RANK_EDGES) + 1)
    following = np.append(board.times[1:], board.times[-1])
    short = following - board.times <= LONGEST_STEP_HOURS * HOUR
    used = (board.rank > TOP) & ~board.is_excluded & (reached > times) & short[board.snapshot]
    used &= board.snapshot < len(board.times) - 1
    place = (board.snapshot[used] + 1) * buckets + bucket[used]
    won = (reached[used] == following[board.snapshot[used]]).astype(np.float64)
    shape = (len(board.times), buckets)
    tries = np.cumsum(np.bincount(place, minlength=shape[0] * buckets).reshape(shape), axis=0).astype(
        np.float64
    )
    wins = np.cumsum(np.bincount(place, won, minlength=shape[0] * buckets).reshape(shape), axis=0)

    def between(left: Ints, right: Ints) -> tuple[Floats, Floats]:
        """Tries and wins of the snapshots after `left` up to `right`, as moments [snapshots, buckets]."""
        begin = np.searchsorted(board.times, left, side="right") - 1
        end = np.searchsorted(board.times, right, side="right") - 1
        parts = [
            np.where(end[:, None] >= 0, total[end], 0) - np.where(begin[:, None] >= 0, total[begin], 0)
            for total in (tries, wins)
        ]
        return parts[0], parts[1]

    overall = share_of_all(*between(board.times - 7 * DAY, board.times))
    found: dict[str, Floats] = {}

    def note(span: str, tried: Floats, had: Floats) -> None:
        share = (had + _PRIOR_ROWS * overall[:, None]) / (tried + _PRIOR_ROWS)
        found[f"hazard_{span}"] = share[board.snapshot, bucket]
        found[f"hazard_all_{span}"] = share_of_all(tried, had)[board.snapshot]

    for hours in SPANS_HOURS:
        note(f"{hours}h", *between(board.times - np.int64(hours * HOUR), board.times))
    for ahead in AHEAD_HOURS:
        tried, had = np.zeros(shape), np.zeros(shape)
        for days in range(1, DAYS_BACK + 1):
            left = board.times - days * DAY
            parts = between(left, left + np.int64(ahead * HOUR))
            tried += parts[0]
            had += parts[1]
        note(f"ahead_{ahead}h", tried, had)
    return {name: values.astype(np.float32) for name, values in found.items()}


def share_of_all(tried: Floats, had: Floats) -> Floats:
    """Share of wins over all buckets, drawn to one in twenty [snapshots]."""
    share: Floats = (had.sum(axis=1) + 1) / (tried.sum(axis=1) + 20)
    return share
