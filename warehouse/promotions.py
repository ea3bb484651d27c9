"""Counts of a promotion's days by category in; expected counts that know of it out (METRICS §5.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.negative_binomial import Floats

USUAL_DAYS = 21
"""Days of the baseline that say how a category's median ratio varies when nothing is on sale."""
LEAST_TOPICS, LEAST_EXPECTED = 10, 3.0
"""Topics of a category, each expected so often that day, that it takes to tell what the promotion did."""
PSEUDO_COUNT = 0.5


def raise_expected(
    observed: Floats,
    expected: Floats,
    past: Floats,
    past_expected: Floats,
    parents: NDArray[np.int64],
    promoted: NDArray[np.bool_],
) -> Floats:
    """Expected counts [topics, days], those of `promoted` days times what the topic's category did on them.

    observed: [topics, days]; past, past_expected: [topics, days of the baseline]; parents: number of each
    topic's category [topics], -1 for none, whose counts stay; promoted: [days].
    """
    raised = expected.copy()
    past, past_expected = past[:, -USUAL_DAYS:], past_expected[:, -USUAL_DAYS:]
    for day in np.flatnonzero(promoted):
        for parent in np.unique(parents[parents >= 0]):
            siblings = parents == parent
            told = siblings & (expected[:, day] >= LEAST_EXPECTED)
            if told.sum() >= LEAST_TOPICS and past.shape[1] >= 2:
                usual = take_middle(past[told], past_expected[told])
                now = take_middle(observed[told, day : day + 1], expected[told, day : day + 1])[0]
                raised[siblings, day] *= estimate_effect(float(now), usual)
    return raised


def take_middle(observed: Floats, expected: Floats) -> Floats:
    """Median log ratio of the topics by day, [days]: one that bursts of its own does not move it."""
    ratio = np.log((observed + PSEUDO_COUNT) / (expected + PSEUDO_COUNT))
    middle: Floats = np.median(ratio, axis=0)
    return middle


def estimate_effect(now: float, usual: Floats) -> float:
    """Factor of a promotion's day by the category's log ratio then and on usual days.

    Drawn to 1 as the positive-part James-Stein estimate is, by how far the ratio varies anyway: where
    nothing happened nothing changes. What the usual days have in common is taken off, as the median of
    skewed counts lies below their mean.
    """
    middle = float(np.median(usual))
    width = max(float(np.std(usual)), 1.4826 * float(np.median(np.abs(usual - middle))))
    shift = now - middle
    if abs(shift) <= width:
        return 1.0
    return float(np.exp(shift * (1 - (width / shift) ** 2)))
