"""A board's history in, what each row's title has done on the board so far out; nothing later is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import TOP

LAGS = (1, 2, 3, 4, 6, 9, 14)
"""Observations of the title back at which its rank is read."""
WINDOWS_HOURS = (3, 6, 12, 24)
_FAR = 1 << 40
HOUR = 3600.0
WATCHED_HOURS = 24
"""Longer watching before a title was first seen says nothing more about its age."""


@dataclass(frozen=True)
class TitlePaths:
    """The board's rows put in the order of title and time, and where each title begins."""

    order: Ints
    """Rows in the order of (title, time) [rows]."""
    start: Ints
    """Place, in that order, of the first observation of the place's title [rows]."""
    time: Ints
    rank: Floats
    key: Ints
    """title * 2**40 + time: ascending, so that a moment of a title is found by bisection [rows]."""
    title: Ints

    @classmethod
    def of(cls, board: Board) -> TitlePaths:
        """Paths of a board."""
        order = np.lexsort((board.snapshot, board.title))
        title = board.title[order]
        time = board.row_times[order]
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = title[1:] != title[:-1]
        start = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
        return cls(order, start, time, board.rank[order].astype(np.float64), title * _FAR + time, title)

    def lag(self, values: Floats, steps: int) -> Floats:
        """Each place's value that many observations of the title earlier; NaN before its first."""
        moved = np.full(len(values), np.nan)
        moved[steps:] = values[:-steps] if steps else values
        moved[np.arange(len(values)) - steps < self.start] = np.nan
        return moved

    def running_minimum(self, values: Floats) -> Floats:
        """Smallest value of the title up to each place."""
        step = 1e6
        result: Floats = np.minimum.accumulate(values - self.title * step) + self.title * step
        return result

    def running_sum(self, values: Floats) -> Floats:
        """Sum of the title's values up to and with each place."""
        total = np.cumsum(values)
        result: Floats = total - (total - values)[self.start]
        return result

    def place_before(self, seconds: Floats | float) -> Ints:
        """Place of the title's last observation at least that long before each place; -1 when none."""
        place = np.searchsorted(self.key, self.key - np.int64(seconds), side="right") - 1
        result: Ints = np.where(place < self.start, -1, place)
        return result

    def at(self, values: Floats, place: Ints) -> Floats:
        """Values at places; NaN where the place is -1."""
        result: Floats = np.where(place < 0, np.nan, values[np.maximum(place, 0)])
        return result

    def restore(self, values: Floats) -> Floats:
        """Values in the order of (title, time) put back in the order of the board's rows."""
        result = np.empty(len(values))
        result[self.order] = values
        return result


def describe_paths(board: Board) -> dict[str, NDArray[np.float32]]:
    """Columns over the board's rows [rows]: rank now and before, age, best rank, slope, gaps, heat."""
    paths = TitlePaths.of(board)
    found = {**_describe_ranks(paths), **_describe_age(board, paths), **_describe_windows(board, paths)}
    found.update(_describe_heat(board, paths))
    return {name: paths.restore(values).astype(np.float32) for name, values in found.items()}


def _describe_ranks(paths: TitlePaths) -> dict[str, Floats]:
    rank, here = paths.rank, np.arange(len(paths.rank))
    found = {"rank": rank}
    for steps in LAGS:
        found[f"rank_change_{steps}"] = rank - paths.lag(rank, steps)
    best = paths.running_minimum(rank)
    worst = -paths.running_minimum(-rank)
    is_new_best = (best != paths.lag(best, 1)) & True
    best_place = np.maximum.accumulate(np.where(is_new_best, here, 0))
    is_moved = rank != paths.lag(rank, 1)
    moved_place = np.maximum.accumulate(np.where(is_moved, here, 0))
    found["best_rank"] = best
    found["rank_over_best"] = rank - best
    found["worst_rank"] = worst
    found["hours_since_best"] = (paths.time - paths.time[best_place]) / HOUR
    found["hours_unmoved"] = (paths.time - paths.time[moved_place]) / HOUR
    found["times_unmoved"] = (here - moved_place).astype(np.float64)
    before = paths.lag(rank, 1)
    found["best_gain"] = -paths.running_minimum(np.nan_to_num(rank - before, nan=0.0))
    found["worst_fall"] = -paths.running_minimum(np.nan_to_num(before - rank, nan=0.0))
    found["entry_rank"] = rank[paths.start]
    found["rank_since_entry"] = rank - rank[paths.start]
    for weight in (0.3, 0.6):
        found[f"smoothed_change_{int(weight * 10)}"] = rank - _smooth(paths, weight)
    return found


def _smooth(paths: TitlePaths, weight: float, length: int = 12) -> Floats:
    """Exponentially weighted mean of the title's last ranks, this one included."""
    total = np.zeros(len(paths.rank))
    norm = np.zeros(len(paths.rank))
    for steps in range(length):
        value = paths.lag(paths.rank, steps)
        part = (1 - weight) ** steps
        is_there = np.isfinite(value)
        total[is_there] += part * value[is_there]
        norm[is_there] += part
    smoothed: Floats = total / norm
    return smoothed


def _describe_age(board: Board, paths: TitlePaths) -> dict[str, Floats]:
    here = np.arange(len(paths.rank))
    seen = (here - paths.start + 1).astype(np.float64)
    snapshot = board.snapshot[paths.order].astype(np.float64)
    first = snapshot[paths.start]
    before = paths.lag(paths.time.astype(np.float64), 1)
    gap = (paths.time - before) / HOUR
    missed = np.nan_to_num(snapshot - paths.lag(snapshot, 1) - 1, nan=0.0)
    broke = np.maximum.accumulate(np.where((missed > 0) | (here == paths.start), here, 0))
    rose = np.nan_to_num(paths.lag(paths.rank, 1) - paths.rank, nan=0.0)
    return {
        "age_hours": (paths.time - paths.time[paths.start]) / HOUR,
        "times_seen": seen,
        "hours_since_seen": gap,
        "snapshots_missed": paths.running_sum(missed),
        "snapshots_missed_now": missed,
        "presence": seen / (snapshot - first + 1),
        "hours_unbroken": (paths.time - paths.time[broke]) / HOUR,
        "share_of_rises": paths.running_sum((rose > 0).astype(np.float64)) / seen,
        "mean_rank": paths.running_sum(paths.rank) / seen,
        "hours_watched_before": np.minimum((paths.time[paths.start] - board.times[0]) / HOUR, WATCHED_HOURS),
    }


def _describe_windows(board: Board, paths: TitlePaths) -> dict[str, Floats]:
    """Rank against the title's rank some hours ago, and its mean, spread, slope and presence since."""
    here = np.arange(len(paths.rank))
    hours = (paths.time - paths.time[0]) / HOUR
    centred = hours - hours[paths.start]
    sums = {
        name: np.cumsum(values)
        for name, values in {
            "y": paths.rank, "yy": paths.rank**2, "x": centred, "xx": centred**2, "xy": centred * paths.rank,
        }.items()
    }  # fmt: skip
    found: dict[str, Floats] = {}
    for span in WINDOWS_HOURS:
        seconds = span * HOUR + 900
        past = paths.place_before(span * HOUR - 900)
        found[f"rank_change_{span}h"] = paths.rank - paths.at(paths.rank, past)
        left = np.maximum(paths.place_before(seconds) + 1, paths.start)
        count = (here - left + 1).astype(np.float64)
        total = {name: values - (values[left - 1] * (left > 0)) for name, values in sums.items()}
        mean = total["y"] / count
        spread = np.maximum(total["yy"] / count - mean**2, 0)
        across = total["xx"] - total["x"] ** 2 / count
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = (total["xy"] - total["x"] * mean) / np.where(across > 1e-3, across, np.nan)
        found[f"mean_rank_{span}h"] = mean - paths.rank
        found[f"rank_spread_{span}h"] = np.sqrt(spread)
        found[f"rank_slope_{span}h"] = slope
        first = np.searchsorted(board.times, paths.time - np.int64(seconds))
        found[f"presence_{span}h"] = count / (board.snapshot[paths.order] - first + 1)
    return found


def _describe_heat(board: Board, paths: TitlePaths) -> dict[str, Floats]:
    heat = board.heat[paths.order]
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(np.where(heat > 0, heat, np.nan))
    edge = np.full(len(board.times), np.nan)
    at_edge = (board.rank == TOP) & ~board.is_excluded
    with np.errstate(divide="ignore", invalid="ignore"):
        edge[board.snapshot[at_edge]] = np.log(np.where(board.heat[at_edge] > 0, board.heat[at_edge], np.nan))
    here = board.snapshot[paths.order]
    gap = level - edge[here]
    day = np.searchsorted(board.times, board.times - np.int64(24 * HOUR + 900))
    return {
        "top_heat": edge[here],
        "top_heat_change_24h": (edge - edge[day])[here],
        "heat": level,
        "heat_to_top": gap,
        "heat_change_1": level - paths.lag(level, 1),
        "heat_change_3": level - paths.lag(level, 3),
        "heat_to_top_change_1": gap - paths.lag(gap, 1),
        "heat_since_entry": level - level[paths.start],
        "heat_per_hour": (level - paths.lag(level, 1))
        / np.maximum((paths.time - paths.lag(paths.time.astype(np.float64), 1)) / HOUR, 0.1),
    }
