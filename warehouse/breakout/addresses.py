"""A board's history in, what the addresses of its lines tell out: running numbers, changed links [rows]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.crowd import DAY, SHANGHAI_SECONDS, first_times
from warehouse.breakout.paths import HOUR, TitlePaths
from warehouse.breakout.snapshots import mean_of_top, place_in_snapshot

RECENT_HOURS = (3, 24)


def describe_numbers(board: Board) -> dict[str, NDArray[np.float32]]:
    """How long before it was shown a topic was numbered, told by the numbers the board showed [rows].

    Platforms number topics as they arise. The newest number of a snapshot is its second highest, so that one
    odd address cannot make every topic look old.
    """
    count = len(board.times)
    number = board.number[board.title]
    newest = np.maximum.accumulate(_second_highest(board.snapshot, number, count))
    first = first_times(board)
    begun = np.searchsorted(board.times, first)
    passed = np.searchsorted(newest, board.number, side="left")
    issued = np.where(passed < count, board.times[np.minimum(passed, count - 1)], first)
    issued = np.where(np.isfinite(board.number), np.minimum(issued, first), np.nan)
    newest = np.where(np.isfinite(newest), newest, np.nan)
    behind = newest[board.snapshot] - number
    found = {
        "number_behind": behind,
        "number_behind_at_entry": (newest[begun] - board.number)[board.title],
        "hours_since_issued": (board.row_times - issued[board.title]) / HOUR,
        "hours_issued_before_shown": ((first - issued) / HOUR)[board.title],
        "number_place": place_in_snapshot(board, number),
        "number_to_top": behind - mean_of_top(board, behind),
        "issued_hour": ((issued + SHANGHAI_SECONDS) % DAY / HOUR)[board.title],
    }
    for hours in RECENT_HOURS:
        past = np.searchsorted(board.times, board.times - np.int64(hours * HOUR + 900))
        spent = np.maximum((board.times - board.times[past]) / HOUR, 0.5)
        found[f"numbers_{hours}h"] = ((newest - newest[past]) / spent)[board.snapshot]
    return {name: values.astype(np.float32) for name, values in found.items()}


def _second_highest(snapshot: Ints, number: Floats, count: int) -> Floats:
    """Second highest number of each snapshot; -inf when it shows fewer than two [count]."""
    known = np.flatnonzero(np.isfinite(number))
    order = known[np.lexsort((number[known], snapshot[known]))]
    found = np.full(count, -np.inf)
    end = np.searchsorted(snapshot[order], np.arange(count), side="right")
    begin = np.searchsorted(snapshot[order], np.arange(count))
    has_two = end - begin >= 2
    found[has_two] = number[order][end[has_two] - 2]
    return found


def describe_links(board: Board) -> dict[str, NDArray[np.float32]]:
    """How often the address a line leads to has changed, and how long ago [rows]."""
    paths = TitlePaths.of(board)
    link = np.where(board.link >= 0, board.link, np.nan)[paths.order]
    before = paths.lag(link, 1)
    has_changed = np.isfinite(link) & np.isfinite(before) & (link != before)
    here = np.arange(len(link))
    last = np.maximum.accumulate(np.where(has_changed | (here == paths.start), here, 0))
    changes = np.where(np.isfinite(link), paths.running_sum(has_changed.astype(np.float64)), np.nan)
    since = np.where(changes > 0, (paths.time - paths.time[last]) / HOUR, np.nan)
    found = {"link_changes": changes, "hours_since_link_change": since}
    return {name: paths.restore(values).astype(np.float32) for name, values in found.items()}
