"""A training file and a test file in, what a classifier fitted on the one scores on the other out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlp.calibration import expected_calibration_error
from nlp.encoder import Encoder
from nlp.encoder_text import duplicate_key, prepare_text
from nlp.evaluate import measure_f1
from nlp.evaluation.intervals import estimate_class_f1, wilson_interval
from nlp.labelled_file import read_labelled_file
from nlp.own_fit import OnProgress, fit_classifier


@dataclass(frozen=True)
class OwnScores:
    """How well a classifier fitted on one file does on another."""

    rows: int
    """Labelled texts of the test file."""
    skipped: int
    """Its rows left out because their text or label was empty."""
    seen: int
    """Test texts that the training file holds too, but for signs: they flatter the scores."""
    training_rows: int
    classes: int
    """Distinct labels of either file."""
    accuracy: float
    accuracy_low: float
    """Lower end of the Wilson interval at 95 %."""
    accuracy_high: float
    macro_f1: float
    """Mean F1 over the labels of the test file."""
    macro_f1_low: float
    """Lower end of its interval at 95 %."""
    macro_f1_high: float
    expected_calibration_error: float
    texts_per_second: float
    """Wall time of classification alone, the model loaded."""
    training_seconds: float
    f1_by_class: dict[str, float]
    model: str

    def to_json(self) -> dict[str, Any]:
        """The scores as plain values."""
        return asdict(self)


def evaluate_encoder(
    train: Path,
    test: Path,
    text_column: str,
    label_column: str,
    encoder: Encoder,
    *,
    on_progress: OnProgress | None = None,
) -> OwnScores:
    """Fit on `train` alone and score on `test`, each a Parquet, CSV or JSON-lines file.

    A label that only the test file has counts as missed. EvaluationError tells what to mend.
    """
    texts, labels, _ = read_labelled_file(train, text_column, label_column)
    test_texts, test_labels, skipped = read_labelled_file(test, text_column, label_column)
    started = time.perf_counter()
    classifier = fit_classifier("evaluated", texts, labels, encoder, on_progress=on_progress)
    fitted = time.perf_counter()
    predicted, probabilities = classifier.predict(test_texts)
    seconds = time.perf_counter() - fitted
    unseen = sorted(set(test_labels) - set(classifier.class_names))
    names = [*classifier.class_names, *unseen]
    number_of = {name: number for number, name in enumerate(names)}
    truth = np.array([number_of[label] for label in test_labels], dtype=np.int64)
    present = np.unique(truth)
    accuracy = float((predicted == truth).mean())
    low, high = wilson_interval(accuracy, len(truth))
    by_class = measure_f1(truth, predicted, present)
    macro_f1 = estimate_class_f1(truth, predicted)
    return OwnScores(
        rows=len(truth),
        skipped=skipped,
        seen=count_seen(test_texts, texts),
        training_rows=len(texts),
        classes=len(names),
        accuracy=accuracy,
        accuracy_low=low,
        accuracy_high=high,
        macro_f1=macro_f1.value,
        macro_f1_low=macro_f1.low,
        macro_f1_high=macro_f1.high,
        expected_calibration_error=expected_calibration_error(probabilities, truth, predicted),
        texts_per_second=len(truth) / max(seconds, 1e-9),
        training_seconds=fitted - started,
        f1_by_class={names[number]: float(score) for number, score in zip(present, by_class, strict=True)},
        model=encoder.version,
    )


def count_seen(texts: Sequence[str], learnt: Sequence[str]) -> int:
    """How many of the texts are among the learnt ones, however they are punctuated."""
    known = {duplicate_key(prepare_text(text)) for text in learnt}
    return sum(duplicate_key(prepare_text(text)) in known for text in texts)
