"""A finished model and the examples kept from training in, its scores on every set out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import Scores
from nlp.evaluate import judge_classes
from nlp.sentiment_labels import SENTIMENT_CLASSES
from nlp.text import EMOTE
from nlp.training.corpora import Example


@dataclass(frozen=True)
class SetScores:
    """Scores on one set."""

    name: str
    rows: int
    classes: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float
    expected_calibration_error: float
    surest_accuracy: float
    """Accuracy over the 80 % of rows of which the model is surest."""


def measure_sets(probabilities: Scores, examples: Sequence[Example]) -> list[SetScores]:
    """Scores of every source; where a source has no neutral the better of the other two is taken."""
    sources = np.array([example.source for example in examples])
    labels = np.array([SENTIMENT_CLASSES.index(example.label) for example in examples], dtype=np.int64)
    return [
        _measure_set(str(name), probabilities[sources == name], labels[sources == name])
        for name in np.unique(sources)
    ]


def remove_emotes(text: str) -> str:
    """The text without emoji and [doge] tokens."""
    return re.sub(r"\s+", " ", EMOTE.sub("", text)).strip()


def _measure_set(name: str, probabilities: Scores, labels: NDArray[np.int64]) -> SetScores:
    said = judge_classes(probabilities, labels)
    return SetScores(
        name=name,
        rows=len(labels),
        classes=len(said.present),
        accuracy=said.accuracy,
        accuracy_low=said.accuracy_low,
        accuracy_high=said.accuracy_high,
        macro_f1=float(said.f1.mean()),
        expected_calibration_error=said.expected_calibration_error,
        surest_accuracy=said.surest_accuracy,
    )
