"""Labelled texts in, a fitted classifier out: five members, and how they add up, chosen on these texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import Scores
from nlp.encoder import Encoder
from nlp.encoder_text import duplicate_key, prepare_text
from nlp.entity_labeller import EntityLabeller
from nlp.errors import EvaluationError
from nlp.learnt_texts import choose_judged
from nlp.ngram_space import NgramSpace
from nlp.own_classifier import (
    MARGIN_SCALE,
    Coded,
    OwnClassifier,
    ViewWeights,
    Weights,
    to_logs,
)
from nlp.own_members import Linear, fit_counts, fit_machines, fit_regression
from nlp.own_mixture import fit_mixture
from nlp.rarity import measure_rarity
from nlp.segment import Segmenter
from nlp.word_space import WordSpace

OnProgress = Callable[[int, int], None]
"""Called with steps done and steps in all."""

_FOLDS = 4
_MEMBERS = 5
_COSTS = (0.15, 0.5)
_STRENGTHS = (0.001, 0.01)
_MIN_TEXTS = 20


@dataclass(frozen=True)
class Recipe:
    """What cross-validation chose."""

    costs: tuple[float, ...]
    """C of the support vector machines of each view: n-grams, words."""
    strength: float
    """C of the regression over the encoder's vectors."""


class Material:
    """The training texts in the three forms that members read, and their classes."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str], encoder: Encoder, seed: int) -> None:
        self.class_names = sorted(set(labels))
        number_of = {label: number for number, label in enumerate(self.class_names)}
        self.target = np.array([number_of[label] for label in labels], dtype=np.int64)
        prepared = [prepare_text(text) for text in texts]
        self.folds = choose_folds(prepared, seed)
        self.ngrams = NgramSpace.fit(prepared)
        self.words = WordSpace.fit(prepared, EntityLabeller.load().clusters, Segmenter())
        self.views = (self.ngrams.vectorise(prepared), self.words.vectorise(prepared))
        self.is_judged = choose_judged(encoder.recall_texts(texts))
        counts = encoder.count_tokens(texts)
        self.token_weights = measure_rarity(counts, len(texts))
        states = encoder.embed(texts, self.token_weights)
        self.centre = states.mean(axis=0)
        self.spread = np.maximum(states.std(axis=0), 1e-6)
        self.states = (states - self.centre) / self.spread

    def fit_machines(self, view: int, cost: float, chosen: NDArray[np.bool_]) -> Linear:
        """Support vector machines over a view of the texts."""
        return fit_machines(self.views[view][chosen], self.target[chosen], len(self.class_names), cost)

    def fit_states(self, strength: float, chosen: NDArray[np.bool_]) -> Linear:
        """Multinomial regression over the encoder's vectors."""
        return fit_regression(self.states[chosen], self.target[chosen], len(self.class_names), strength)

    def fit_members(self, recipe: Recipe, chosen: NDArray[np.bool_]) -> list[Linear]:
        """All five on the chosen texts: two a view, then the one over the encoder's vectors."""
        members = []
        for view, cost in enumerate(recipe.costs):
            counts = fit_counts(self.views[view][chosen], self.target[chosen], len(self.class_names))
            members += [self.fit_machines(view, cost, chosen), counts]
        return [*members, self.fit_states(recipe.strength, chosen)]

    def score_margins(self, view: int, model: Linear, chosen: NDArray[np.bool_]) -> Scores:
        """Logarithms [texts, classes] of the chosen texts."""
        return to_logs(MARGIN_SCALE * model.score(self.views[view][chosen]))

    def score_states(self, model: Linear, chosen: NDArray[np.bool_]) -> Scores:
        """Logarithms [texts, classes] of the chosen texts."""
        return to_logs(model.score(self.states[chosen]))

    def score_members(self, models: Sequence[Linear], chosen: NDArray[np.bool_]) -> list[Scores]:
        """Logarithms of all five."""
        opinions = []
        for view, rows in enumerate(self.views):
            margins, counts = models[2 * view : 2 * view + 2]
            opinions += [self.score_margins(view, margins, chosen), to_logs(counts.score(rows[chosen]))]
        return [*opinions, self.score_states(models[-1], chosen)]


def fit_classifier(
    name: str,
    texts: Sequence[str],
    labels: Sequence[str],
    encoder: Encoder,
    *,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> OwnClassifier:
    """Fit on these texts alone; costs and mixture are chosen by cross-validation over four folds.

    EvaluationError when there are fewer than twenty different texts or two labels.
    """
    n_different = len({duplicate_key(prepare_text(text)) for text in texts})
    if len(set(labels)) < 2 or n_different < _MIN_TEXTS:
        raise EvaluationError(
            f"{n_different} different texts with {len(set(labels))} labels are too few to learn from; "
            f"give at least {_MIN_TEXTS} texts and two labels"
        )
    total = _FOLDS + 3
    report = on_progress if on_progress is not None else _keep_silent
    report(0, total)
    material = Material(texts, labels, encoder, seed)
    report(1, total)
    recipe = choose_recipe(material)
    report(2, total)
    members = [np.zeros((len(texts), len(material.class_names))) for _ in range(_MEMBERS)]
    for fold in range(material.folds.max() + 1):
        inside, outside = material.folds != fold, material.folds == fold
        opinions = material.score_members(material.fit_members(recipe, inside), outside)
        for member, scores in zip(members, opinions, strict=True):
            member[outside] = scores
        report(3 + fold, total)
    judged = material.is_judged
    frequency = np.bincount(material.target, minlength=len(material.class_names))
    mixture = fit_mixture([member[judged] for member in members], material.target[judged], frequency)
    *views, states = material.fit_members(recipe, np.ones(len(texts), dtype=bool))
    report(total, total)
    return OwnClassifier(
        name=name,
        class_names=material.class_names,
        ngrams=material.ngrams,
        words=material.words,
        token_weights=material.token_weights,
        weights=Weights(
            ngrams=_encode_view(*views[:2]),
            words=_encode_view(*views[2:]),
            states=(states.weights / material.spread[:, None]).astype(np.float32),
            states_bias=(states.bias - (material.centre / material.spread) @ states.weights).astype(
                np.float32
            ),
        ),
        mixture=mixture,
        encoder=encoder,
    )


def _encode_view(margins: Linear, counts: Linear) -> ViewWeights:
    return ViewWeights(
        Coded.encode(margins.weights), margins.bias.astype(np.float32), Coded.encode(counts.weights)
    )


def choose_folds(prepared: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Fold of each text, from 0 on: a keyed hash of its letters, so that duplicates share one."""
    key = str(seed).encode()
    digests = (hashlib.blake2b(duplicate_key(text).encode(), digest_size=8, key=key) for text in prepared)
    drawn = [int.from_bytes(digest.digest(), "big") % _FOLDS for digest in digests]
    # Numbered without a gap: of some twenty texts none may be in the fold that chooses the recipe.
    folds: NDArray[np.int64] = np.unique(drawn, return_inverse=True)[1].astype(np.int64)
    return folds


def choose_recipe(material: Material) -> Recipe:
    """The costs and the strength that say most about the texts of the first fold, learnt from the others."""
    inside, outside = material.folds != 0, (material.folds == 0) & material.is_judged
    target = material.target[outside]
    costs = []
    for view in range(len(material.views)):
        by_cost = {
            cost: _measure_surprise(
                material.score_margins(view, material.fit_machines(view, cost, inside), outside), target
            )
            for cost in _COSTS
        }
        costs.append(min(by_cost, key=by_cost.__getitem__))
    by_strength = {
        strength: _measure_surprise(
            material.score_states(material.fit_states(strength, inside), outside), target
        )
        for strength in _STRENGTHS
    }
    return Recipe(tuple(costs), min(by_strength, key=by_strength.__getitem__))


def _measure_surprise(logs: Scores, target: NDArray[np.int64]) -> float:
    return float(-logs[np.arange(len(target)), target].mean())


def _keep_silent(done: int, total: int) -> None:
    """No one asked for progress."""
