"""Counts of rows or texts in, shares and F1 with their 95 % intervals out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Table = NDArray[np.float64]


class Estimate(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def name(self, key: str) -> dict[str, float]:
        """The figure under its key, and the ends of the interval beside it."""
        return {key: self.value, f"{key}_low": self.low, f"{key}_high": self.high}


def wilson_interval(share: float, count: float, z: float = 1.959964) -> tuple[float, float]:
    """Wilson score interval of a share of count trials, 95 % by default."""
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * float(np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def estimate_share(hits: float, count: float, trials: float | None = None) -> Estimate:
    """A share with its Wilson interval, of `count` independent trials or of fewer; 0 of 0 is 0 in [0, 1]."""
    if not count:
        return Estimate(0.0, 0.0, 1.0)
    return Estimate(hits / count, *wilson_interval(hits / count, count if trials is None else trials))


def estimate_matches(
    right: ArrayLike, given: ArrayLike, wanted: ArrayLike
) -> tuple[Estimate, Estimate, Estimate]:
    """Precision, recall and F1 from each text's counts.

    Wilson intervals with one trial for each text that has any, as what one text holds is right or wrong
    together; the ends of F1 are made of theirs, a little wide.
    """
    counts = [np.asarray(each, np.float64) for each in (right, given, wanted)]
    hits, claimed, true = (float(each.sum()) for each in counts)
    precision = estimate_share(hits, claimed, int((counts[1] > 0).sum()))
    recall = estimate_share(hits, true, int((counts[2] > 0).sum()))
    ends = (_harmonise(precision.low, recall.low), _harmonise(precision.high, recall.high))
    return precision, recall, Estimate(2 * hits / max(claimed + true, 1), *ends)


def estimate_macro_f1(right: ArrayLike, given: ArrayLike, wanted: ArrayLike) -> Estimate:
    """Mean F1 over the classes that are wanted anywhere; counts [rows, classes], at most 1 each."""
    hits, claimed, true = (np.asarray(each, np.float64) for each in (right, given, wanted))
    return _average_f1(hits, claimed, true, np.ones(len(hits)))


def estimate_class_f1(labels: NDArray[np.int64], predicted: NDArray[np.int64]) -> Estimate:
    """Mean F1 over the classes that the labels hold; class numbers [texts]."""
    pairs, counts = np.unique(np.stack([labels, predicted], axis=1), axis=0, return_counts=True)
    classes = np.unique(labels)
    wanted, given = ((pairs[:, [side]] == classes).astype(np.float64) for side in (0, 1))
    return _average_f1(wanted * given, given, wanted, counts.astype(np.float64))


def _average_f1(right: _Table, given: _Table, wanted: _Table, weights: _Table) -> Estimate:
    """Mean F1 with the interval that the classes' own intervals make together (MOVER, Zou and Donner 2008).

    A class's F1 is 2J / (1 + J) of its Jaccard share J, a binomial one with a Wilson interval. `weights`: how
    often each row stands. Resamples will not do: one in seven holds none of a class's two texts, and where
    all is right they are all alike.
    """
    present = weights @ wanted > 0
    if not present.any():
        return Estimate(0.0, 0.0, 1.0)
    right, given, wanted = (table[:, present] for table in (right, given, wanted))
    hits, either = weights @ right, weights @ (given + wanted - right)
    scores = np.array([estimate_share(hit, count) for hit, count in zip(hits, either, strict=True)])
    value, low, high = (2 * scores / (1 + scores)).T
    together = _correlate(right, given + wanted, weights)
    mean, count = float(value.mean()), len(value)
    below, above = (float(np.sqrt(gap @ together @ gap)) / count for gap in (value - low, high - value))
    return Estimate(mean, max(0.0, mean - below), min(1.0, mean + above))


def _correlate(right: _Table, both: _Table, weights: _Table) -> _Table:
    """How far the errors of two classes are the same ones [classes, classes], by the delta method.

    One error of each class, spread evenly over the others, is added, so that it is known where all is right.
    """
    size = right.shape[1]
    if size == 1:
        return np.ones((1, 1))
    totals = weights @ both + 2
    f1 = 2 * (weights @ right) / totals
    influence = (2 * right - f1 * both) / totals
    added = np.outer(f1 / totals, f1 / totals) * np.where(np.eye(size) > 0, 2, 2 / (size - 1))
    covariance = (influence.T * weights) @ influence + added
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.maximum(np.outer(spread, spread), 1e-30))


def _harmonise(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
