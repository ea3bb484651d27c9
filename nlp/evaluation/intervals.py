"""Counts of rows or texts in, shares and F1 with their 95 % intervals out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.evaluate import wilson_interval

_RESAMPLES = 400
_PERCENTILES = (2.5, 97.5)
_CELLS_AT_ONCE = 4_000_000


class Estimate(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def name(self, key: str) -> dict[str, float]:
        """The figure under its key, and the ends of the interval beside it."""
        return {key: self.value, f"{key}_low": self.low, f"{key}_high": self.high}


def estimate_share(hits: int, count: int) -> Estimate:
    """A share of independent trials, with its Wilson interval; 0 of 0 is 0 in [0, 1]."""
    if not count:
        return Estimate(0.0, 0.0, 1.0)
    return Estimate(hits / count, *wilson_interval(hits / count, count))


def estimate_matches(
    right: ArrayLike, given: ArrayLike, wanted: ArrayLike
) -> tuple[Estimate, Estimate, Estimate]:
    """Precision, recall and F1 from each text's counts, by seeded resampling of the texts."""
    table = np.stack([np.asarray(right), np.asarray(given), np.asarray(wanted)], axis=1).astype(np.float64)
    drawn = _resample(table)
    figures = zip(_score(table.sum(axis=0)[None])[0], _score(drawn).T, strict=True)
    precision, recall, f1 = (
        Estimate(float(value), *(float(end) for end in np.percentile(values, _PERCENTILES)))
        for value, values in figures
    )
    return precision, recall, f1


def estimate_macro_f1(
    right: NDArray[np.int64], given: NDArray[np.int64], wanted: NDArray[np.int64]
) -> Estimate:
    """Mean F1 over the classes that are wanted anywhere; counts [rows, classes]."""
    present = wanted.sum(axis=0) > 0
    table = np.concatenate([counts[:, present] for counts in (right, given, wanted)], axis=1)
    size = int(present.sum())
    if not size:
        return Estimate(0.0, 0.0, 1.0)

    def average(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        hits, both = sums[:, :size], sums[:, size : 2 * size] + sums[:, 2 * size :]
        scores: NDArray[np.float64] = (2 * hits / np.maximum(both, 1e-9)).mean(axis=1)
        return scores

    values = average(_resample(table.astype(np.float64)))
    low, high = np.percentile(values, _PERCENTILES)
    return Estimate(float(average(table.sum(axis=0)[None].astype(np.float64))[0]), float(low), float(high))


def _score(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Precision, recall and F1 of rows of summed counts."""
    right, given, wanted = sums.T
    return np.stack(
        [
            right / np.maximum(given, 1e-9),
            right / np.maximum(wanted, 1e-9),
            2 * right / np.maximum(given + wanted, 1e-9),
        ],
        axis=1,
    )


def _resample(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of the rows of each of 400 seeded resamples [resamples, columns]."""
    rng = np.random.default_rng(0)
    count = len(table)
    kinds, of_row = np.unique(table, axis=0, return_counts=True)
    if len(kinds) * _RESAMPLES <= _CELLS_AT_ONCE:
        return rng.multinomial(count, of_row / count, size=_RESAMPLES) @ kinds
    sums = [rng.multinomial(count, of_row / count) @ kinds for _ in range(_RESAMPLES)]
    return np.stack(sums)
