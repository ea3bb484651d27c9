"""A model and a board's finished cases in; the probability above which a title is called out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Floats, Ints
from warehouse.breakout.cases import HORIZON
from warehouse.breakout.columns import CaseTable
from warehouse.breakout.crowd import DAY
from warehouse.breakout.model import BreakoutModel
from warehouse.breakout.scores import find_threshold

FOLLOWED_DAYS = 7
LEAST_MISSES = 500
"""Misses of the week below which the shipped threshold stands: 4 % of them are twenty cases of few titles."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """The probability above which a title is called, and by what it was chosen."""

    value: float
    misses: int | None
    """Cases without a hit in the board's own last week that chose it; None for the shipped one."""


def follow_threshold(model: BreakoutModel, table: CaseTable) -> Threshold:
    """The threshold that 4 % of the misses of the board's last week of finished cases pass.

    How many titles get there changes with the board, so that a threshold of the training days lets more or
    fewer pass. A case is finished when its 24 hours are over, and counts only when they were watched and
    training did not see it: the trees are surer of what they grew on.
    """
    moments = table.board.row_times[table.cases.row]
    last = int(table.board.times[-1])
    begin = max(int(model.trained_until.timestamp()), last - HORIZON - FOLLOWED_DAYS * DAY)
    ended = np.flatnonzero(table.cases.is_watched & (moments >= begin))
    misses = ended[~table.cases.is_hit[ended]]
    if len(misses) < LEAST_MISSES:
        return Threshold(model.threshold, None)
    probability = model.forecast_values(table.select(model.names)[misses])
    return Threshold(find_threshold(probability, np.zeros(len(misses), dtype=bool)), len(misses))


def follow_thresholds(
    probability: Floats, is_miss: NDArray[np.bool_], moments: Ints, shipped: float
) -> Floats:
    """The threshold known at each case's own moment [cases]: as `follow_threshold` at every snapshot.

    probability, is_miss (watched to its end), moments (seconds since 1970): cases with a known outcome that
    training did not see.
    """
    order = np.argsort(moments, kind="stable")
    order = order[is_miss[order]]
    seen, said = moments[order], probability[order]
    times, place = np.unique(moments, return_inverse=True)
    begin = np.searchsorted(seen, times - HORIZON - FOLLOWED_DAYS * DAY)
    end = np.searchsorted(seen, times - HORIZON, side="right")
    value = np.full(len(times), shipped)
    for number in np.flatnonzero(end - begin >= LEAST_MISSES):
        window = said[begin[number] : end[number]]
        value[number] = find_threshold(window, np.zeros(len(window), dtype=bool))
    found: Floats = value[place]
    return found
