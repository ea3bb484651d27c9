"""Rows of features and their classes in, linear models out: the members of a classifier of one's own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from nlp.calibration import Scores

_WEIGHTED_COST = 0.15
_SMOOTHING = 0.3
_COUNTED_ONCE = 1.0
"""What is added to the counts by which n-grams and words are weighted."""
_NEVER = -20.0
_ITERATIONS = 80
_TOLERANCE = 0.01
"""Where the machines stop: at a hundredth of it they take twice as long and say the same."""


@dataclass(frozen=True)
class Linear:
    """Scores = features @ weights + bias."""

    weights: NDArray[np.float64]
    """[features, classes]"""
    bias: NDArray[np.float64]
    """[classes]"""

    def score(self, features: sparse.csr_array | NDArray[np.float32]) -> Scores:
        """Scores [texts, classes]."""
        scores: Scores = features @ self.weights + self.bias
        return scores


def fit_machines(rows: sparse.csr_array, target: NDArray[np.int64], size: int, cost: float) -> Linear:
    """The mean of two support vector machines a class: over the rows as they are, and over rows in which a
    feature counts by how differently often the class and the others have it (NB-SVM, Wang & Manning 2012).
    """
    if (only := find_only_class(target)) is not None:
        return say_always(rows.shape[1], size, only)
    with _expect_warnings():
        plain = LinearSVC(C=cost, random_state=0, tol=_TOLERANCE).fit(rows, target)
    classes = plain.classes_
    weights, bias = np.empty(plain.coef_.shape), np.empty(len(plain.intercept_))
    # Of two classes one machine tells both apart; it is the second's.
    for place, number in enumerate(classes[-len(weights) :].tolist()):
        weights[place], bias[place] = _fit_weighted(rows, target == number)
    return _place((plain.coef_ + weights) / 2, (plain.intercept_ + bias) / 2, classes, size)


def _fit_weighted(rows: sparse.csr_array, is_class: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Weights [features] and bias of one class's machine, for rows as they are."""
    strength = weigh_features(rows, is_class)
    weighted = sparse.csr_array(
        (rows.data * strength[rows.indices].astype(np.float32), rows.indices, rows.indptr), shape=rows.shape
    )
    with _expect_warnings():
        machine = LinearSVC(C=_WEIGHTED_COST, random_state=0, tol=_TOLERANCE).fit(weighted, is_class)
    return machine.coef_[0] * strength, float(machine.intercept_[0])


def weigh_features(rows: sparse.csr_array, is_class: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How differently often a class and the other texts have each feature: the logarithm of the ratio of
    its two shares, without sign, over the mean of all features [features].
    """
    present = sparse.csr_array((np.ones(rows.nnz), rows.indices, rows.indptr), shape=rows.shape)
    inside = is_class @ present + _COUNTED_ONCE
    outside = ~is_class @ present + _COUNTED_ONCE
    ratio = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
    strength: NDArray[np.float64] = ratio / max(float(ratio.mean()), 1e-9)
    return strength


def fit_counts(rows: sparse.csr_array, target: NDArray[np.int64], size: int) -> Linear:
    """Complement naive Bayes (Rennie et al. 2003)."""
    if (only := find_only_class(target)) is not None:
        return say_always(rows.shape[1], size, only)
    with _expect_warnings():
        model = ComplementNB(alpha=_SMOOTHING).fit(rows, target)
    return _place(model.feature_log_prob_, np.zeros(len(model.classes_)), model.classes_, size)


def fit_regression(
    vectors: NDArray[np.float32], target: NDArray[np.int64], size: int, strength: float
) -> Linear:
    """Multinomial regression."""
    if (only := find_only_class(target)) is not None:
        return say_always(vectors.shape[1], size, only)
    model = LogisticRegression(C=strength, max_iter=_ITERATIONS, tol=1e-3)
    with _expect_warnings():
        model.fit(vectors, target)
    return _place(model.coef_, model.intercept_, model.classes_, size)


def find_only_class(target: NDArray[np.int64]) -> int | None:
    """The class of the texts where they have but one: a fold may hold all texts of a rare one."""
    classes = np.unique(target)
    return int(classes[0]) if len(classes) == 1 else None


def say_always(features: int, size: int, number: int) -> Linear:
    """Scores of `size` classes that say one of them whatever the text."""
    bias = np.full(size, _NEVER)
    bias[number] = 0
    return Linear(np.zeros((features, size)), bias)


def _place(
    weights: NDArray[np.float64], bias: NDArray[np.float64], classes: NDArray[np.int64], size: int
) -> Linear:
    """Columns for every class of the file: one that the texts lack is never said."""
    if len(classes) == 2 and len(weights) == 1:
        weights, bias = np.concatenate((-weights, weights)), np.concatenate((-bias, bias))
    placed = np.zeros((weights.shape[1], size))
    offsets = np.full(size, _NEVER)
    placed[:, classes], offsets[classes] = weights.T, bias
    return Linear(placed, offsets)


@contextmanager
def _expect_warnings() -> Iterator[None]:
    """Without scikit-learn's warnings of what is meant: stopping early is part of the regularisation here,
    and a file in which most labels stand once is scored like any other.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        yield
