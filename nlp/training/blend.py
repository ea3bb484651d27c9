"""Scores and margins of texts kept from training in, the weights that add them up and calibrate them out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlp.calibration import Blend, Scores
from nlp.sentiment_labels import SENTIMENT_CLASSES
from nlp.training.corpora import POLAR_ONLY, Example

_NEUTRAL = SENTIMENT_CLASSES.index("neutral")


def fit_blend(scores: Scores, margins: Scores, examples: Sequence[Example]) -> Blend:
    """The blend of highest likelihood on the examples, each source counting alike.

    Rows of a source that says nothing about neutral count by their polar classes alone.
    """
    labels = np.array([SENTIMENT_CLASSES.index(example.label) for example in examples])
    sources = np.array([example.source for example in examples])
    names, place, counts = np.unique(sources, return_inverse=True, return_counts=True)
    weight = (1.0 / counts)[place] / len(names)
    is_polar_only = np.isin(sources, sorted(POLAR_ONLY))

    def measure(values: NDArray[np.float64]) -> float:
        combined = Blend(*(float(value) for value in values)).combine(scores, margins)
        combined[is_polar_only, _NEUTRAL] = -np.inf
        highest = combined.max(axis=1, keepdims=True)
        logs = combined - highest - np.log(np.exp(combined - highest).sum(axis=1, keepdims=True))
        return float(-(weight * logs[np.arange(len(labels)), labels]).sum())

    start = np.array([1.0, 1.0, 0.5, 0.0, 0.0])
    limits = [(1e-3, 10.0), (0.0, 20.0), (0.0, 20.0), (-5.0, 5.0), (-5.0, 5.0)]
    found = minimize(measure, start, method="L-BFGS-B", bounds=limits)
    return Blend(*(float(value) for value in found.x))
