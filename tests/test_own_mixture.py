"""How the members of a tagger of the user's own add up: which are trusted, and on which texts."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.evaluate import measure_f1
from nlp.learnt_texts import choose_judged
from nlp.own_mixture import expect_scores, fit_mixture


def test_the_mixture_trusts_the_member_that_is_right_and_helps_rare_labels() -> None:
    rng = np.random.default_rng(1)
    target = np.array([0] * 180 + [1] * 20)
    right = np.full((200, 2), -3.0)
    right[np.arange(200), target] = -0.05
    noise = np.log(rng.dirichlet([1, 1], 200))
    mixture = fit_mixture([right, noise, noise], target)
    assert mixture.weights[0] > 5 * mixture.weights[1]
    assert mixture.preference[1] >= mixture.preference[0]


def test_few_texts_bend_the_classes_less_than_many() -> None:
    rng = np.random.default_rng(4)
    target = np.repeat([0, 0, 0, 1], 1000)
    opinion = np.log(np.full((4000, 2), 0.5))
    many = fit_mixture([opinion], target)
    chosen = rng.permutation(4000)[:200]
    few = fit_mixture([opinion[chosen]], target[chosen], np.bincount(target))
    assert many.bias[0] - many.bias[1] > few.bias[0] - few.bias[1] > 0


def test_two_thousand_texts_say_how_common_a_class_is() -> None:
    target = np.repeat([0, 0, 0, 1], 500)
    mixture = fit_mixture([np.log(np.full((2000, 2), 0.5))], target)
    assert np.exp(mixture.bias[1]) / np.exp(mixture.bias).sum() == pytest.approx(0.25, abs=0.01)


def test_members_are_compared_on_texts_whose_labels_the_encoder_never_learnt() -> None:
    is_learnt = np.arange(1000) < 700
    assert np.array_equal(choose_judged(is_learnt), ~is_learnt)
    assert choose_judged(np.arange(1000) < 900).all(), "too few are new to judge by them alone"
    assert choose_judged(np.zeros(30, dtype=bool)).all(), "a user's own file is all new"


def test_calibrated_probabilities_expect_what_the_labels_count() -> None:
    rng = np.random.default_rng(6)
    probabilities = rng.dirichlet([4, 2, 1, 0.5], 20_000)
    target = (rng.random((20_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    for preference in ([0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 1.0, 1.5]):
        predicted = (np.log(probabilities) + preference).argmax(axis=1)
        counted = (predicted == target).mean() + measure_f1(target, predicted, np.arange(4)).mean()
        assert abs(expect_scores(probabilities, predicted) - counted) < 0.02


def test_a_class_that_is_never_said_and_never_there_is_no_division_by_zero() -> None:
    sure = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert expect_scores(sure, np.array([0, 0])) == 1.5
