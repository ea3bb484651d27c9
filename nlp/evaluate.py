"""A file of labelled texts and a classifier in, accuracy and macro F1 with their intervals out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import Scores, expected_calibration_error, measure_surest
from nlp.classifier import Classifier
from nlp.errors import EvaluationError
from nlp.evaluation.intervals import estimate_class_f1, wilson_interval
from nlp.labelled_file import read_labelled_file
from nlp.sentiment_labels import SENTIMENT_CLASSES, number_labels

_BATCH = 1024


@dataclass(frozen=True)
class SentimentScores:
    """How well a classifier did on a labelled file."""

    rows: int
    """Labelled texts read."""
    skipped: int
    """Rows left out because their text or label was empty."""
    accuracy: float
    accuracy_low: float
    """Lower end of the Wilson interval at 95 %."""
    accuracy_high: float
    macro_f1: float
    """Mean F1 over the classes that the file has."""
    macro_f1_low: float
    """Lower end of its interval at 95 %."""
    macro_f1_high: float
    expected_calibration_error: float
    surest_accuracy: float
    """Accuracy over the 80 % of rows of which the model is surest."""
    texts_per_second: float
    """Wall time of classification alone, the model loaded."""
    f1_by_class: dict[str, float]
    confusion: dict[str, dict[str, int]]
    """True class -> predicted class -> texts."""
    sens: float
    """Share of the positive texts that are called positive, of those on which the model takes a side."""
    spec: float
    """Share of the negative texts that are called negative, of those on which the model takes a side."""
    n_labelled: int
    """Twice the texts of the rarer of the two: what calibration.csv asks for; neutral ones are no part."""
    model: str

    def to_json(self) -> dict[str, Any]:
        """The scores as plain values."""
        return asdict(self)


def evaluate_sentiment(
    path: Path, text_column: str, label_column: str, classifier: Classifier
) -> SentimentScores:
    """Score a classifier on a labelled Parquet, CSV or JSON-lines file.

    Labels are positive, negative and perhaps neutral, by name, as 1, 0, -1 (1 and 0 alone mean positive
    and negative) or in Chinese. Where the file has no neutral, the better of the other two is taken.
    EvaluationError tells what to mend.
    """
    texts, names, skipped = read_labelled_file(path, text_column, label_column)
    labels = parse_labels(names, path)
    started = time.perf_counter()
    parts = [classifier.classify(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
    seconds = time.perf_counter() - started
    probabilities = np.nan_to_num(np.concatenate(parts), nan=1 / len(SENTIMENT_CLASSES))
    sens, spec, n_labelled = measure_sides(labels, probabilities.argmax(axis=1))
    said = judge_classes(probabilities, labels)
    macro_f1 = estimate_class_f1(labels, said.predicted)
    return SentimentScores(
        rows=len(labels),
        skipped=skipped,
        accuracy=said.accuracy,
        accuracy_low=said.accuracy_low,
        accuracy_high=said.accuracy_high,
        macro_f1=macro_f1.value,
        macro_f1_low=macro_f1.low,
        macro_f1_high=macro_f1.high,
        expected_calibration_error=said.expected_calibration_error,
        surest_accuracy=said.surest_accuracy,
        texts_per_second=len(labels) / max(seconds, 1e-9),
        f1_by_class={
            SENTIMENT_CLASSES[number]: float(score)
            for number, score in zip(said.present, said.f1, strict=True)
        },
        confusion=_count_confusion(labels, said.predicted, said.present),
        sens=sens,
        spec=spec,
        n_labelled=n_labelled,
        model=classifier.version,
    )


def parse_labels(names: Sequence[str], path: Path) -> NDArray[np.int64]:
    """Class numbers of label names; EvaluationError names the labels that are none."""
    number_of = number_labels(names)
    unknown = sorted({name.strip().lower() for name, number in number_of.items() if number is None})
    if unknown:
        raise EvaluationError(
            f"{path} has labels that are no sentiment: {', '.join(unknown[:5])}; "
            "use positive, negative and neutral"
        )
    return np.array([number_of[name] for name in names], dtype=np.int64)


class Judgement(NamedTuple):
    """What probabilities say of texts, and how often they are right."""

    predicted: NDArray[np.int64]
    present: NDArray[np.int64]
    """The classes that the labels have."""
    f1: NDArray[np.float64]
    """F1 of each of them."""
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    expected_calibration_error: float
    surest_accuracy: float


def judge_classes(probabilities: Scores, labels: NDArray[np.int64]) -> Judgement:
    """Probabilities [texts, 3] against labels; where those lack neutral, one of the other two is said."""
    present, neutral = np.unique(labels), SENTIMENT_CLASSES.index("neutral")
    if neutral not in present:
        probabilities = probabilities.copy()
        probabilities[:, neutral] = 0
        probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12)
    predicted = probabilities.argmax(axis=1)
    accuracy = float((predicted == labels).mean())
    low, high = wilson_interval(accuracy, len(labels))
    return Judgement(
        predicted=predicted,
        present=present,
        f1=measure_f1(labels, predicted, present),
        accuracy=accuracy,
        accuracy_low=low,
        accuracy_high=high,
        expected_calibration_error=expected_calibration_error(probabilities, labels),
        surest_accuracy=measure_surest(probabilities, labels),
    )


def measure_sides(labels: NDArray[np.int64], predicted: NDArray[np.int64]) -> tuple[float, float, int]:
    """Sensitivity, specificity and twice the rarer side's texts, where neither side is neutral.

    The share of positive among positive and negative is corrected by them (Rogan and Gladen 1978).
    """
    negative, positive = (SENTIMENT_CLASSES.index(name) for name in ("negative", "positive"))
    rates, counts = [], []
    for side, other in ((positive, negative), (negative, positive)):
        right = int(((labels == side) & (predicted == side)).sum())
        wrong = int(((labels == side) & (predicted == other)).sum())
        counts.append(right + wrong)
        rates.append(right / counts[-1] if counts[-1] else float("nan"))
    return rates[0], rates[1], 2 * min(counts)


def measure_f1(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], present: NDArray[np.int64]
) -> NDArray[np.float64]:
    """F1 of each class that the file has."""
    scores = []
    for number in present:
        hits = int(((labels == number) & (predicted == number)).sum())
        claimed, true = int((predicted == number).sum()), int((labels == number).sum())
        scores.append(2 * hits / max(claimed + true, 1))
    return np.array(scores)


def _count_confusion(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], present: NDArray[np.int64]
) -> dict[str, dict[str, int]]:
    return {
        SENTIMENT_CLASSES[true]: {
            name: int(((labels == true) & (predicted == number)).sum())
            for number, name in enumerate(SENTIMENT_CLASSES)
        }
        for true in present
    }
