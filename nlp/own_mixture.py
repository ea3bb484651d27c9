"""Opinions of members about labelled texts in, how they add up and what rare classes are given out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from nlp.calibration import Scores
from nlp.evaluate import measure_f1
from nlp.own_classifier import Mixture, combine

_PREFERENCES = np.linspace(0.0, 1.0, 6)
_BIAS_PENALTY, _BIAS_WEIGHT = 0.001, 10.0
"""Penalty on squared biases: the first, or the second divided by the rows where that is more, so that few
rows do not bend them."""
_EXPECTED_TEXTS = 500
"""How many labelled texts the scores that the probabilities expect weigh as: a count over two hundred texts
of forty classes says little of which preference is best, an expectation much (encoder_comparison.md)."""


def fit_mixture(
    members: Sequence[Scores], target: NDArray[np.int64], frequency: NDArray[np.int64] | None = None
) -> Mixture:
    """Weights of the members and a bias a class of highest likelihood, and the preference for rare classes.

    `frequency` is how many texts of each class there are beside the ones given; by default those given.
    The preference is the share of the classes' rarity that makes accuracy and macro F1 together highest, as
    the labels count them and as the probabilities expect them.
    """
    count, size = len(members), members[0].shape[1]
    stacked = np.stack(members)
    penalty = max(_BIAS_PENALTY, _BIAS_WEIGHT / len(target))
    rows = np.arange(len(target))
    truth = np.zeros((len(target), size))
    truth[rows, target] = 1

    def measure(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(np.tensordot(values[:count], stacked, axes=1) + values[count:], axis=1)
        gap = (np.exp(logs) - truth) / len(target)
        slope = np.concatenate((np.tensordot(stacked, gap, axes=2), gap.sum(axis=0)))
        slope[count:] += 2 * penalty * values[count:]
        loss = -logs[rows, target].mean() + penalty * float(values[count:] @ values[count:])
        return float(loss), slope

    start = np.concatenate((np.full(count, 1 / count), np.zeros(size)))
    limits = [(0.0, 10.0)] * count + [(-5.0, 5.0)] * size
    found = minimize(measure, start, jac=True, method="L-BFGS-B", bounds=limits).x
    plain = Mixture(found[:count], found[count:], np.zeros(size))
    logs = combine(members, plain)
    counts = np.bincount(target, minlength=size) if frequency is None else frequency
    rarity = -np.log(np.maximum(counts, 1) / counts.sum())
    present = np.unique(target)

    def judge(share: float) -> float:
        predicted = (logs + share * rarity).argmax(axis=1)
        counted = (predicted == target).mean() + measure_f1(target, predicted, present).mean()
        expected = expect_scores(np.exp(logs), predicted)
        return float(len(target) * counted + _EXPECTED_TEXTS * expected)

    best = max(_PREFERENCES.tolist(), key=judge)
    return Mixture(plain.weights, plain.bias, best * rarity)


def expect_scores(probabilities: Scores, predicted: NDArray[np.int64]) -> float:
    """Accuracy and macro F1 together that calibrated probabilities [texts, classes] expect of what was said.

    F1 of a class is taken from expected counts: twice those said and right by those said and those there.
    """
    size = probabilities.shape[1]
    right = np.bincount(predicted, probabilities[np.arange(len(predicted)), predicted], minlength=size)
    counted = np.bincount(predicted, minlength=size) + probabilities.sum(axis=0)
    f1 = 2 * right / np.maximum(counted, 1e-9)
    return float(right.sum() / len(predicted) + f1.mean())
