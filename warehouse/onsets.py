"""Counts by the hour and expected counts in; the hour from which each series is raised out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.negative_binomial import Floats


def estimate_onsets(counts: NDArray[np.int64], expected: Floats) -> NDArray[np.int64]:
    """For each row the hour from which on its counts are best explained by a higher rate.

    counts, expected: [series, hours]. The likelihood ratio of a Poisson rate that is raised by one factor
    r >= 1 from hour h to the end, at its best r = sum(x) / sum(mu) over those hours, is
    sum(x) ln r - (r - 1) sum(mu): the change-point estimate of Hinkley and Hinkley (1970). Of equals the
    latest hour; an hour without a document is never the onset.
    """
    later = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1].astype(np.float64)
    usual = np.maximum(np.cumsum(expected[:, ::-1], axis=1)[:, ::-1], 1e-9)
    factor = np.maximum(later / usual, 1.0)
    ratio = later * np.log(factor) - (factor - 1.0) * usual
    ratio = np.where(counts > 0, ratio, -np.inf)
    width = counts.shape[1]
    onset: NDArray[np.int64] = width - 1 - np.argmax(ratio[:, ::-1], axis=1)
    return onset


def measure_gaps(polls: Floats, moments: Floats, hours_before: float = 72.0) -> Floats:
    """Longest stretch without a reading in the hours before each moment; infinite when there was none.

    polls: hours of the readings, ascending; moments: hours. The stretch from the start of the span to its
    first reading counts too: a board first read an hour ago says nothing of yesterday.
    """
    gaps = np.full(len(moments), np.inf)
    start = np.searchsorted(polls, moments - hours_before, side="right")
    last = np.searchsorted(polls, moments, side="right") - 1
    read = np.flatnonzero(last >= start)
    start, last, moments = start[read], last[read], moments[read]
    if len(read) == 0:
        return gaps
    runs = np.ravel(np.column_stack([start, last]))
    # the longest stretch of each run; of an empty one reduceat gives the element that it begins with
    between = np.maximum.reduceat(np.append(np.diff(polls), 0.0), runs)[::2]
    longest = np.where(last > start, between, 0.0)
    edges = np.maximum(polls[start] - (moments - hours_before), moments - polls[last])
    gaps[read] = np.maximum(longest, edges)
    return gaps
