"""A board's history in, its forecast cases out: one title in one snapshot, not yet in the top ten.

A case is a title shown below rank 10 that the board's history has never shown at rank 10 or better, so a
title first seen already in the top ten is no case at all. Adverts and pinned lines are no cases, and a bought
place does not count as having reached the top ten. A case's outcome is known once its 24 hours are over:
cases of the last 24 hours have none and are left out of training and scores. Where the board was not read for
more than three of those hours, what was seen of them says little of a miss: the case chooses no threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints

TOP = 10
HORIZON = 24 * 3600
MOST_UNREAD = 3 * 3600
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Cases:
    """Cases of one board, ordered as its rows."""

    row: Ints
    """Place of the case's row in the board [cases]."""
    is_known: NDArray[np.bool_]
    """True when the next 24 hours are over [cases]."""
    is_watched: NDArray[np.bool_]
    """True when no more than three hours on end of them were without a reading [cases]."""
    is_hit: NDArray[np.bool_]
    """True when the title reached the top ten within 24 hours [cases]."""
    lead_hours: Floats
    """Hours to the first snapshot in the top ten; NaN when it never came [cases]."""


def list_cases(board: Board) -> Cases:
    """Cases of a board and their outcomes."""
    reached = find_reached(board)
    times = board.row_times
    ahead = reached[board.title]
    row = np.flatnonzero((board.rank > TOP) & ~board.is_excluded & (ahead > times))
    lead = np.where(ahead[row] == NEVER, np.nan, (ahead[row] - times[row]) / 3600)
    with np.errstate(invalid="ignore"):
        is_hit = lead <= HORIZON / 3600
    is_known = times[row] + HORIZON <= board.times[-1]
    return Cases(row, is_known, is_known & is_watched(board.times, times[row]), is_hit, lead)


def find_reached(board: Board) -> Ints:
    """Seconds since 1970 when each title was first in the top ten; NEVER when it was not [titles]."""
    reached = np.full(len(board.titles), NEVER, dtype=np.int64)
    inside = (board.rank <= TOP) & ~board.is_excluded
    np.minimum.at(reached, board.title[inside], board.row_times[inside])
    return reached


def is_watched(times: Ints, moments: Ints) -> NDArray[np.bool_]:
    """Whether no more than three hours on end of the 24 after each moment were unread [moments].

    times: seconds since 1970 of the board's readings, ascending; moments: some of them.
    """
    unread_from = times[:-1][np.diff(times) > MOST_UNREAD]
    following = np.append(unread_from, NEVER)[np.searchsorted(unread_from, moments)]
    watched: NDArray[np.bool_] = following >= moments + HORIZON - MOST_UNREAD
    return watched
