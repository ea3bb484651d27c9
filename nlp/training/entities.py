"""A file of titles with marked entities in -> a trained labeller and its scores on unseen titles out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.character_features import FeatureRows, WordClusters
from nlp.entity_labeller import EntityLabeller, build_features, write_tags
from nlp.gazetteer import load_gazetteer
from nlp.known_names import LONGEST, KnownNames
from nlp.labelled_spans import MarkedText, read_marked_texts
from nlp.segment import Segmenter
from nlp.sequence_model import (
    SequenceModel,
    allow_transitions,
    lay_out_rows,
    list_tags,
    run_forward_backward,
)
from nlp.text import fold_case

KINDS = ("brand", "product", "model", "ip", "person", "other")
BITS = 20
_UNWORDLY = re.compile(r"[\W_\d]+")
_FEWEST_SINGLE = 4
"""Titles that must have a name of one character for it to be known."""
_EVERY = 32
"""Steps between the weights that are averaged."""


@dataclass(frozen=True, slots=True)
class LabellerSettings:
    """How the labeller is trained; chosen on the validation titles."""

    step: float = 0.1
    dropout: float = 0.3
    """Share of the features left out at random at each character."""
    epochs: int = 4
    batch: int = 32
    least_weight: float = 0.1
    """Features with no weight of this size are forgotten in the end."""
    eagerness: float = 0.2
    """What leaving a span costs more than learnt, as the weights alone miss more spans than they invent."""
    runs: int = 3
    """Runs with other seeds whose weights are averaged: one goes by the features it happened to drop."""


@dataclass
class _Weights:
    """What AdaGrad (Duchi et al. 2011) keeps of the weights."""

    values: NDArray[np.float32]
    squares: NDArray[np.float32] = field(init=False)
    total: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self.squares = np.ones_like(self.values)
        self.total = np.zeros_like(self.values)


def split_titles(rows: Sequence[MarkedText]) -> dict[str, list[MarkedText]]:
    """Train, validation and test titles, 8 to 1 to 1, each wording once; by the hash of the wording."""
    parts: dict[str, list[MarkedText]] = {"train": [], "validation": [], "test": []}
    seen = set()
    for row in rows:
        wording = _UNWORDLY.sub("", fold_case(row.text)) or row.text
        if wording in seen:
            continue
        seen.add(wording)
        share = int(hashlib.sha256(wording.encode()).hexdigest(), 16) % 10
        parts["test" if share == 0 else "validation" if share == 1 else "train"].append(row)
    return parts


def train_labeller(
    data: Path,
    output: Path,
    clusters: WordClusters,
    *,
    text_column: str = "text",
    entities_column: str = "entities",
    settings: LabellerSettings | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> EntityLabeller:
    """Train on the train titles of a file, write the model folder, and return what was written."""
    chosen = settings or LabellerSettings()
    parts = split_titles(read_marked_texts(data, text_column, entities_column).rows)
    fit_labeller(parts["train"], clusters, chosen, on_progress).save(output, "headwater-entities")
    return EntityLabeller.load(output)


def fit_labeller(
    rows: Sequence[MarkedText],
    clusters: WordClusters,
    settings: LabellerSettings,
    on_progress: Callable[[int, int], None] | None = None,
) -> EntityLabeller:
    """Fit a conditional random field by averaged AdaGrad with dropout of features; seeded."""
    names, unknown = learn_names(rows)
    features = describe_rows(rows, clusters, names, unknown)
    numbers = {tag: number for number, tag in enumerate(list_tags(KINDS))}
    gold = np.array([numbers[tag] for row in rows for tag in write_tags(len(row.text), row.spans)])
    allowed = allow_transitions(KINDS)
    mean = np.zeros((1 << BITS, len(numbers)), np.float32)
    between = np.zeros(allowed.shape, np.float32)
    steps = settings.runs * settings.epochs * -(-len(rows) // settings.batch)
    progress = _Progress(on_progress, steps)
    for seed in range(settings.runs):
        weights, transitions = _run_epochs(features, gold, allowed, settings, seed, progress)
        mean += weights / settings.runs
        between += transitions / settings.runs
    mean[np.abs(mean).max(axis=1) < settings.least_weight] = 0
    between = np.where(allowed, between, -np.inf).astype(np.float32)
    between[:, 0] -= settings.eagerness
    return EntityLabeller(SequenceModel.from_weights(KINDS, mean, between), clusters, names, "unsaved")


def learn_names(rows: Sequence[MarkedText]) -> tuple[KnownNames, list[set[str]]]:
    """The names of some titles, and for each title those that it alone has, which it must not trust."""
    marked = [{(fold_case(row.text[span.start : span.end]), span.kind) for span in row.spans} for row in rows]
    counts: dict[str, Counter[str]] = {}
    for own in marked:
        for name, kind in own:
            counts.setdefault(name, Counter())[kind] += 1
    kinds = {
        name: KINDS.index(max(found, key=lambda kind: (found[kind], kind)))
        for name, found in counts.items()
        if len(name) <= LONGEST and (len(name) > 1 or found.total() >= _FEWEST_SINGLE)
    }
    alone = [{name for name, _ in own if counts[name].total() == 1} for own in marked]
    return KnownNames.learn(kinds), alone


@dataclass
class _Progress:
    on_step: Callable[[int, int], None] | None
    steps: int
    done: int = 0

    def advance(self) -> None:
        self.done += 1
        if self.on_step:
            self.on_step(self.done, self.steps)


def _run_epochs(
    features: FeatureRows,
    gold: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    settings: LabellerSettings,
    seed: int,
    progress: _Progress,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Averaged weights of the columns and of the transitions of one run."""
    weights = _Weights(np.zeros((1 << BITS, len(allowed)), np.float32))
    transitions = _Weights(np.zeros(allowed.shape, np.float32))
    rng = np.random.default_rng(seed)
    averaged = done = 0
    for epoch in range(settings.epochs):
        order = rng.permutation(len(features.lengths))
        for begin in range(0, len(order), settings.batch):
            batch = order[begin : begin + settings.batch]
            _take_step(features, gold, batch, weights, transitions, allowed, settings, rng)
            done += 1
            if epoch and done % _EVERY == 0:
                weights.total += weights.values
                transitions.total += transitions.values
                averaged += 1
            progress.advance()
    count = np.float32(max(averaged, 1))
    return weights.total / count, transitions.total / count


def describe_rows(
    rows: Sequence[MarkedText], clusters: WordClusters, names: KnownNames, unknown: Sequence[set[str]]
) -> FeatureRows:
    """Features of the rows' texts, with the shipped gazetteer."""
    segmenter = Segmenter()
    gazetteer = load_gazetteer(None, segmenter)
    texts = [fold_case(row.text) for row in rows]
    mentions = [gazetteer.find_mentions(text) for text in texts]
    words, marks = segmenter.segment_all(texts), names.mark_all(texts, unknown)
    return build_features(texts, words, mentions, marks, clusters, BITS)


def _take_step(
    features: FeatureRows,
    gold: NDArray[np.int64],
    batch: NDArray[np.int64],
    weights: _Weights,
    transitions: _Weights,
    allowed: NDArray[np.bool_],
    settings: LabellerSettings,
    rng: np.random.Generator,
) -> None:
    """One step down the negative log-likelihood of a batch."""
    rows, mask = lay_out_rows(features, batch)
    chosen = rows[mask]
    columns = features.columns[chosen]
    used, inverse = np.unique(columns, return_inverse=True)
    kept = (rng.random(columns.size) >= settings.dropout) / (1 - settings.dropout)
    edges = np.arange(0, columns.size + 1, columns.shape[1])
    design = sparse.csr_matrix((kept.astype(np.float32), inverse.ravel(), edges), (len(columns), len(used)))
    emissions = np.zeros((*rows.shape, weights.values.shape[1]), np.float32)
    emissions[mask] = design @ weights.values[used]
    scores = np.where(allowed, transitions.values, -np.inf).astype(np.float32)
    marginals, forward, backward, factor = run_forward_backward(emissions, scores, mask)
    tags = np.zeros(rows.shape, np.int64)
    tags[mask] = gold[chosen]
    surplus = marginals[mask]
    surplus[np.arange(len(chosen)), gold[chosen]] -= 1
    _descend(weights, used.astype(np.int64), design.T @ surplus, settings.step)
    following = backward[:, 1:] * factor[:, 1:]
    step = np.exp(scores)
    norm = np.maximum(((forward[:, :-1] @ step) * following).sum(axis=2), 1e-30)
    inner = mask[:, 1:]
    scaled = forward[:, :-1] * (inner / norm)[..., None]
    size = len(allowed)
    expected = (scaled.reshape(-1, size).T @ following.reshape(-1, size)) * step
    np.add.at(expected, (tags[:, :-1][inner], tags[:, 1:][inner]), -1)
    _descend(transitions, np.arange(size, dtype=np.int64), np.where(allowed, expected, 0), settings.step)


def _descend(weights: _Weights, rows: NDArray[np.int64], gradient: NDArray[np.float32], step: float) -> None:
    squares = weights.squares[rows] + gradient * gradient
    weights.squares[rows] = squares
    weights.values[rows] -= step * gradient / np.sqrt(squares)
