"""A board's history in, readings and heat of its lines out: level, growth, and against the others [rows]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import COUNTS, Board, Floats
from warehouse.breakout.cases import TOP
from warehouse.breakout.paths import HOUR, TitlePaths
from warehouse.breakout.snapshots import mean_of_near, mean_of_top, place_in_snapshot


def describe_counts(board: Board) -> dict[str, NDArray[np.float32]]:
    """Readings, discussions and originals of a line's topic: level, growth, and against the others [rows]."""
    paths = TitlePaths.of(board)
    hours = (paths.time - paths.lag(paths.time.astype(np.float64), 1)) / HOUR
    found: dict[str, Floats] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        heat = np.log(np.where(board.heat > 0, board.heat, np.nan))
    levels = []
    for place, name in enumerate(COUNTS):
        shown = board.counts[:, place]
        level = np.log10(np.maximum(shown, 1))
        levels.append(level)
        moved = shown[paths.order]
        growth = np.maximum(moved - paths.lag(moved, 1), 0) / np.maximum(hours, 0.1)
        own = level[paths.order]
        found[name] = level
        found[f"{name}_per_hour"] = paths.restore(np.log10(growth + 1))
        found[f"{name}_change"] = paths.restore(own - paths.lag(own, 1))
        found[f"{name}_at_entry"] = paths.restore(own[paths.start])
        found[f"{name}_place"] = place_in_snapshot(board, level)
        found[f"{name}_to_top"] = level - mean_of_top(board, level)
        found[f"{name}_to_near"] = level - mean_of_near(board, level)
    found["heat_per_read"] = heat - levels[0] * np.log(10)
    found["heat_per_read_to_near"] = found["heat_per_read"] - mean_of_near(board, found["heat_per_read"])
    found["discussions_per_read"] = levels[1] - levels[0]
    found["originals_per_discussion"] = levels[2] - levels[1]
    speed = found["read_count_per_hour"]
    found["read_count_per_hour_to_top"] = speed - mean_of_top(board, speed)
    found["heat_per_read_place"] = place_in_snapshot(board, found["heat_per_read"])
    return {name: values.astype(np.float32) for name, values in found.items()}


def describe_heat_gaps(board: Board) -> dict[str, NDArray[np.float32]]:
    """Heat against the rows next to it and against ranks 6 to 10, and how fast the top ten cool [rows]."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heat = np.log(np.where((board.heat > 0) & ~board.is_excluded, board.heat, np.nan))
    paths = TitlePaths.of(board)
    own = heat[paths.order]
    hours = (paths.time - paths.lag(paths.time.astype(np.float64), 1)) / HOUR
    change = paths.restore((own - paths.lag(own, 1)) / np.maximum(hours, 0.25))
    found = {
        "heat_to_near": heat - mean_of_near(board, heat),
        "heat_change_place": place_in_snapshot(board, change),
    }
    found["top_cooling"] = mean_of_top(board, change)
    edge = mean_of_top(board, heat, 6)
    found["heat_to_lower_top"] = heat - edge
    is_growing = (change > 0) & (board.rank <= TOP)
    growing = np.bincount(board.snapshot, is_growing, minlength=len(board.times)).astype(np.float64)
    found["top_growing"] = growing[board.snapshot]
    previous = np.maximum(np.searchsorted(board.times, board.times - np.int64(HOUR + 900)), 0)
    edges = np.full(len(board.times), np.nan)
    edges[board.snapshot] = edge
    found["lower_top_change"] = (edges - edges[previous])[board.snapshot]
    found["heat_change_to_top"] = change - found["top_cooling"]
    return {name: values.astype(np.float32) for name, values in found.items()}
