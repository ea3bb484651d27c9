"""Scores of the encoder and margins of the linear model in, calibrated probabilities and their error out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Blend:
    """How the two models' opinions on sentiment add up; the weights are also the temperature.

    Classes are negative, neutral, positive; margins are polarity and neutrality.
    """

    encoder: float
    """Weight of the encoder's scores: one over its temperature."""
    polarity: float
    neutrality: float
    positive_bias: float
    neutral_bias: float

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> Blend:
        """Blend of a model's settings."""
        return cls(**{name: float(value) for name, value in values.items()})

    def to_mapping(self) -> dict[str, float]:
        """What a model's settings hold."""
        return asdict(self)

    def combine(self, scores: Scores, margins: Scores) -> Scores:
        """Scores [texts, 3] and margins [texts, 2] -> scores [texts, 3] whose softmax is calibrated."""
        polarity = self.polarity * margins[:, 0] + self.positive_bias
        neutrality = self.neutrality * margins[:, 1] + self.neutral_bias
        return self.encoder * scores + np.stack((-polarity / 2, neutrality, polarity / 2), axis=1)


def softmax(scores: Scores) -> Scores:
    """Probabilities [texts, classes]; a row that is not finite or all equal says nothing and becomes NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities: Scores = powers / powers.sum(axis=1, keepdims=True)
    is_invalid = ~np.isfinite(scores).all(axis=1) | (scores.max(axis=1) == scores.min(axis=1))
    probabilities[is_invalid] = np.nan
    return probabilities


def measure_surest(probabilities: Scores, labels: NDArray[np.int64], share: float = 0.8) -> float:
    """Accuracy over the share of texts of which the model is surest: what abstaining on the others gives."""
    count = max(1, round(share * len(labels)))
    surest = np.argsort(-probabilities.max(axis=1), kind="stable")[:count]
    return float((probabilities[surest].argmax(axis=1) == labels[surest]).mean())


def expected_calibration_error(
    probabilities: Scores, labels: NDArray[np.int64], said: NDArray[np.int64] | None = None, bins: int = 15
) -> float:
    """Mean distance between confidence and accuracy over equal-width bins (Guo et al. 2017), 0..1.

    Confidence is the probability of the class that is said: `said`, or the likeliest.
    """
    said = probabilities.argmax(axis=1) if said is None else said
    confidence = np.take_along_axis(probabilities, said[:, None], axis=1)[:, 0]
    is_right = said == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            gap = float(is_right[inside].mean()) - float(confidence[inside].mean())
            error += float(inside.mean()) * abs(gap)
    return error
