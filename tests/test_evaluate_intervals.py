"""Intervals of `headwater evaluate` hold the truth as often as they say, and are wide when all is right."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.evaluate import measure_f1
from nlp.evaluation.intervals import estimate_class_f1, estimate_macro_f1, estimate_matches

Ints = NDArray[np.int64]


def confuse(sizes: list[int], accuracy: float) -> NDArray[np.float64]:
    """Shares of (true class, predicted class), errors spread over the others as often as they stand."""
    share = np.array(sizes) / sum(sizes)
    others = np.where(np.eye(len(sizes)) > 0, 0, share)
    others /= others.sum(axis=1, keepdims=True)
    return share[:, None] * ((1 - accuracy) * others + accuracy * np.eye(len(sizes)))


@pytest.mark.parametrize(
    ("sizes", "accuracy", "least"),
    [
        ([1000, 1000, 4], 0.97, 0.92),
        ([200, 200, 6], 0.8, 0.92),
        ([50, 50], 0.95, 0.93),
        ([180, 20], 0.95, 0.93),
        ([100, 100, 100], 0.85, 0.93),
        ([30] * 20, 0.7, 0.88),
    ],
)
def test_the_interval_of_macro_f1_holds_the_truth(sizes: list[int], accuracy: float, least: float) -> None:
    cells = confuse(sizes, accuracy)
    count = len(sizes)
    truth = 2 * np.diag(cells) / (cells.sum(axis=0) + cells.sum(axis=1))
    rng = np.random.default_rng(3)
    held = []
    for _ in range(200):
        drawn = rng.choice(count * count, size=sum(sizes), p=cells.ravel())
        found = estimate_class_f1(drawn // count, drawn % count)
        held.append(found.low <= truth[np.unique(drawn // count)].mean() <= found.high)
    assert np.mean(held) >= least


def label_three(neutral: int) -> Ints:
    """A thousand texts each of two classes, and a few of a third."""
    return np.repeat(np.array([0, 2, 1]), [1000, 1000, neutral])


def test_a_class_of_two_texts_does_not_take_a_third_from_a_perfect_classifier() -> None:
    labels = label_three(2)
    perfect = estimate_class_f1(labels, labels)
    assert perfect.value == perfect.high == 1.0
    assert 0.8 < perfect.low < 0.9, "two texts alone say little of a third of the mean"
    assert estimate_class_f1(label_three(200), label_three(200)).low > 0.99


def test_labels_and_tables_of_them_give_the_same_figure() -> None:
    rng = np.random.default_rng(5)
    labels, predicted = rng.integers(0, 4, 300), rng.integers(0, 5, 300)
    wanted, given = np.eye(5, dtype=np.int64)[labels], np.eye(5, dtype=np.int64)[predicted]
    by_label = estimate_class_f1(labels, predicted)
    assert estimate_macro_f1(wanted * given, given, wanted) == pytest.approx(by_label)
    assert by_label.value == pytest.approx(measure_f1(labels, predicted, np.unique(labels)).mean())


def test_a_class_alone_has_the_interval_of_its_share() -> None:
    ones = np.ones((10, 1), np.int64)
    found = estimate_macro_f1(ones, ones, ones)
    assert found == pytest.approx((1.0, 2 * 0.7225 / 1.7225, 1.0), abs=1e-3)


def test_precision_and_recall_have_a_width_when_all_is_right() -> None:
    for found in estimate_matches([1] * 4, [1] * 4, [1] * 4):
        assert found == pytest.approx((1.0, 0.5101, 1.0), abs=1e-4)


def test_what_one_text_holds_is_one_trial() -> None:
    alone = estimate_matches([1] * 40, [1] * 40, [1] * 40)
    in_tens = estimate_matches([10] * 4, [10] * 4, [10] * 4)
    assert in_tens[0].low < 0.52 < 0.9 < alone[0].low


@pytest.mark.parametrize(
    ("count", "precision", "recall"), [(30, 0.95, 0.9), (100, 0.99, 0.97), (300, 0.8, 0.6)]
)
def test_the_intervals_of_precision_recall_and_f1_hold_the_truth(
    count: int, precision: float, recall: float
) -> None:
    rng = np.random.default_rng(1)
    truth = (precision, recall, 2 * precision * recall / (precision + recall))
    held = []
    for _ in range(400):
        found = rng.random(count) < recall
        wrong = rng.random(count) < recall * (1 - precision) / precision
        nothing = np.zeros(count)
        figures = estimate_matches(
            np.append(found, nothing), np.append(found, wrong), np.append(np.ones(count), nothing)
        )
        held.append([each.low <= true <= each.high for each, true in zip(figures, truth, strict=True)])
    assert (np.mean(held, axis=0) >= 0.92).all()


def test_nothing_wanted_is_zero_of_zero() -> None:
    nothing = np.zeros((3, 2), np.int64)
    assert estimate_macro_f1(nothing, nothing, nothing) == (0.0, 0.0, 1.0)
    assert estimate_matches([0], [0], [0]) == ((0.0, 0.0, 1.0),) * 3
