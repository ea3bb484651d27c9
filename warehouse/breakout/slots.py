"""A board's history in, how each of its ranks behaves out: held, given to newcomers, left for the top [rows].

Boards are edited: Weibo sets new titles at ranks 10, 15, 20, 25 and 30 and keeps others from passing 11 or
21, Kuaishou pins ranks 1, 4, 10 and 13, and which ranks these are changes from month to month. What a rank is
worth is therefore counted anew, rank by rank, from the days before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import HORIZON, TOP, Cases, find_reached
from warehouse.breakout.crowd import DAY, first_times
from warehouse.breakout.paths import HOUR, TitlePaths
from warehouse.breakout.snapshots import count_above, mean_of_near, mean_of_top

PINNED_SHARE = 0.3
"""A rank that kept its title in more than this share of the week's steps counts as pinned."""
LOWER_TOP = 5
NEIGHBOURS = 3
_PRIOR_ROWS = 10.0


def describe_slots(
    board: Board, cases: Cases, known: dict[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """What the row's rank was worth lately, how many pinned ranks stand above, and the lower top ten [rows].

    known: columns of `describe_paths`.
    """
    times = board.row_times
    paths = TitlePaths.of(board)
    before = paths.restore(paths.lag(paths.rank, 1))
    seen = paths.restore(paths.lag(board.snapshot[paths.order].astype(np.float64), 1))
    is_unmoved = (before == board.rank) & (seen == board.snapshot - 1)
    found = _describe_places(board, is_unmoved)
    found.update(_describe_wins(board, cases))
    for name in ("slot_new_7d", "slot_unmoved_7d"):
        found[f"entry_{name}"] = paths.restore(found[name][paths.order][paths.start])
    found["pinned_above"] = count_above(board, found["slot_unmoved_7d"] > PINNED_SHARE)
    found["unmoved_now_above"] = count_above(board, is_unmoved)
    found["moving_rank"] = board.rank - found["unmoved_now_above"]
    held = np.bincount(board.snapshot, is_unmoved & (board.rank <= TOP), minlength=len(board.times))
    found["top_unmoved"] = held.astype(np.float64)[board.snapshot]
    for name in ("rank_change_1", "rank_change_3", "rank_change_3h"):
        own = known[name].astype(np.float64)
        found[f"{name}_to_near"] = own - mean_of_near(board, own)
    reached = np.minimum(find_reached(board)[board.title], times)
    found["lower_top_hours"] = mean_of_top(board, (times - reached) / HOUR, LOWER_TOP)
    for name in ("rank_change_1", "age_hours"):
        found[f"lower_top_{name}"] = mean_of_top(board, known[name].astype(np.float64), LOWER_TOP)
    return {name: values.astype(np.float32) for name, values in found.items()}


class _Counts:
    """Running counts of rows by snapshot and rank, read over spans of time."""

    def __init__(self, board: Board) -> None:
        self.times = board.times
        self.ranks = int(board.rank.max()) + 1

    def add_up(self, snapshot: Ints, rank: Ints, weights: NDArray[np.generic] | None = None) -> Floats:
        """Rows, or their weights, up to and with each snapshot [snapshots, ranks]."""
        shape = (len(self.times), self.ranks)
        place = snapshot * self.ranks + rank
        counted = np.bincount(
            place, None if weights is None else weights.astype(np.float64), shape[0] * shape[1]
        )
        total: Floats = np.cumsum(counted.reshape(shape).astype(np.float64), axis=0)
        return total

    def take_span(self, total: Floats, left: Ints, right: Ints) -> Floats:
        """Counts of the snapshots after `left` up to `right`, as moments [snapshots, ranks]."""
        begin = np.searchsorted(self.times, left, side="right")
        end = np.searchsorted(self.times, right, side="right")
        padded = np.concatenate((np.zeros((1, self.ranks)), total))
        span: Floats = padded[end] - padded[begin]
        return span


def _describe_places(board: Board, is_unmoved: NDArray[np.bool_]) -> dict[str, Floats]:
    """Shares of the rank's rows that kept their title and that were first seen there [rows]."""
    counts = _Counts(board)
    is_new = first_times(board)[board.title] == board.row_times
    rows = counts.add_up(board.snapshot, board.rank)
    kept = counts.add_up(board.snapshot, board.rank, is_unmoved)
    fresh = counts.add_up(board.snapshot, board.rank, is_new)
    found = {}
    for span, hours in (("24h", 24), ("7d", 7 * 24)):
        left = board.times - np.int64(hours * HOUR)
        among = counts.take_span(rows, left, board.times) + 1
        for name, total, prior in (("unmoved", kept, 0.1), ("new", fresh, 0.2)):
            share = (counts.take_span(total, left, board.times) + prior) / among
            found[f"slot_{name}_{span}"] = share[board.snapshot, board.rank]
    return found


def _describe_wins(board: Board, cases: Cases) -> dict[str, Floats]:
    """Share of the rank's waiting rows whose title was in the top ten a snapshot later, or in a day [rows].

    A step counts from the snapshot that ended it, a day from its end; each share is drawn by _PRIOR_ROWS rows
    to that of the NEIGHBOURS ranks on both sides, `near`.
    """
    counts = _Counts(board)
    reached = find_reached(board)[board.title]
    last = len(board.times) - 1
    is_stepping = (board.rank > TOP) & ~board.is_excluded & (reached > board.row_times)
    row = np.flatnonzero(is_stepping & (board.snapshot < last))
    following = board.snapshot[row] + 1
    tried = counts.add_up(following, board.rank[row])
    rose = counts.add_up(following, board.rank[row], reached[row] == board.times[following])
    ended = cases.row[cases.is_known]
    begun = counts.add_up(board.snapshot[ended], board.rank[ended])
    hit = counts.add_up(board.snapshot[ended], board.rank[ended], cases.is_hit[cases.is_known])
    found = {}
    for name, won, among, days, delay in (
        ("rise_7d", rose, tried, 7, 0), ("rise_30d", rose, tried, 30, 0),
        ("hit_14d", hit, begun, 14, HORIZON), ("hit_45d", hit, begun, 45, HORIZON),
    ):  # fmt: skip
        right = board.times - delay
        parts = [counts.take_span(total, right - days * DAY, right) for total in (won, among)]
        near = (_add_near(parts[0]) + 0.5) / (_add_near(parts[1]) + 10)
        share = (parts[0] + _PRIOR_ROWS * near) / (parts[1] + _PRIOR_ROWS)
        found[f"slot_{name}"] = share[board.snapshot, board.rank]
        found[f"near_{name}"] = near[board.snapshot, board.rank]
    return found


def _add_near(values: Floats) -> Floats:
    """Sum over the NEIGHBOURS ranks on both sides and the rank itself [snapshots, ranks]."""
    ranks = np.arange(values.shape[1])
    total = np.zeros_like(values)
    for step in range(-NEIGHBOURS, NEIGHBOURS + 1):
        total += values[:, np.clip(ranks + step, 0, values.shape[1] - 1)]
    return total
