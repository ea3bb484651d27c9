"""A board's history in, how heat falls from row to row and how far off the heat of rank 10 is out [rows].

A title that is held below a rank shows a heat just under that of the row above it; rows that stand within a
hundredth of each other are such a queue. The heat rank 10 asks for later today is told by the days before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats
from warehouse.breakout.cases import TOP
from warehouse.breakout.crowd import DAY
from warehouse.breakout.paths import HOUR, TitlePaths
from warehouse.breakout.snapshots import subtract_below

STEPS = (1, 2, 4)
QUEUE_SHARES = (0.01, 0.03)
QUEUE_REACH = 12
AHEAD_HOURS = (2, 6, 12)
DAYS_BACK = 7
SLOWEST = 0.01
"""Growth of the logarithm of heat an hour below which a title is not on its way to rank 10."""
LONGEST_HOURS = 50.0


def describe_heat_steps(board: Board) -> dict[str, NDArray[np.float32]]:
    """Steps of the logarithm of heat to rows around, rows of nearly the same heat, hours to rank 10 [rows].

    Every value is NaN where the board shows no heat.
    """
    is_shown = (board.heat > 0) & ~board.is_excluded
    with np.errstate(divide="ignore", invalid="ignore"):
        heat = np.log(np.where(is_shown, board.heat, np.nan))
    found: dict[str, Floats] = {}
    for step in STEPS:
        below = subtract_below(board, heat, step)
        found[f"heat_step_below_{step}"] = below
        found[f"heat_step_above_{step}"] = np.concatenate((np.full(step, np.nan), below[:-step]))
    for share in QUEUE_SHARES:
        queue = np.where(np.isfinite(heat), 0.0, np.nan)
        for step in range(1, QUEUE_REACH + 1):
            is_near = np.abs(subtract_below(board, heat, step)) < share
            queue += is_near
            queue[step:] += is_near[:-step]
        found[f"heat_queue_{share}"] = queue
    edges = np.full(len(board.times), np.nan)
    at_edge = (board.rank == TOP) & ~board.is_excluded
    edges[board.snapshot[at_edge]] = heat[at_edge]
    gap = heat - edges[board.snapshot]
    for hours in AHEAD_HOURS:
        change = _expect_change(board, edges, hours)[board.snapshot]
        found[f"top_heat_ahead_{hours}h"] = change
        found[f"heat_to_top_ahead_{hours}h"] = gap - change
    paths = TitlePaths.of(board)
    hours_since = (paths.time - paths.lag(paths.time.astype(np.float64), 1)) / HOUR
    moved = heat[paths.order]
    slope = paths.restore((moved - paths.lag(moved, 1)) / np.maximum(hours_since, 0.25))
    with np.errstate(invalid="ignore"):
        crossing = np.clip(-gap / np.maximum(slope, SLOWEST), -LONGEST_HOURS, LONGEST_HOURS)
        found["hours_to_top_heat"] = np.where(slope > SLOWEST, crossing, LONGEST_HOURS)
    found["hours_to_top_heat"][np.isnan(gap)] = np.nan
    return {name: values.astype(np.float32) for name, values in found.items()}


def _expect_change(board: Board, edges: Floats, hours: int) -> Floats:
    """Mean change of the heat of rank 10 over that many hours from this time of day on the days before; NaN
    when none of them was watched [snapshots]."""
    total, count = np.zeros(len(edges)), np.zeros(len(edges))
    for day in range(1, DAYS_BACK + 1):
        left = board.times - day * DAY
        begin = np.searchsorted(board.times, left, side="right") - 1
        end = np.searchsorted(board.times, left + np.int64(hours * HOUR), side="right") - 1
        change = np.where(begin >= 0, edges[end] - edges[begin], np.nan)
        is_known = np.isfinite(change)
        total[is_known] += change[is_known]
        count += is_known
    mean: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean
