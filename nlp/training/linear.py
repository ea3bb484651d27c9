"""Labelled examples in, the linear n-gram model out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from nlp.linear import LinearModel
from nlp.ngrams import hash_ngrams
from nlp.training.config import LinearSettings
from nlp.training.corpora import POLAR_ONLY, Example


def fit_linear(examples: Sequence[Example], settings: LinearSettings, *, seed: int) -> LinearModel:
    """Two linear support vector machines on tf-idf rows: polarity over polar rows, neutrality over all."""
    counts = count_ngrams([example.text for example in examples], settings)
    frequency = np.asarray(counts.sum(axis=0)).ravel()
    rarity = (np.log((1 + len(examples)) / (1 + frequency)) + 1).astype(np.float32)
    rows = counts @ sparse.diags_array(rarity)
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows = (sparse.diags_array(1 / np.where(norms == 0, 1, norms)) @ rows).tocsr()
    label = np.array([example.label for example in examples])
    knows_neutral = np.array([example.source not in POLAR_ONLY for example in examples])
    polar = label != "neutral"
    machines = [
        _fit_machine(rows[polar], label[polar] == "positive", settings.polarity_cost, seed),
        _fit_machine(rows[knows_neutral], ~polar[knows_neutral], settings.neutrality_cost, seed),
    ]
    return LinearModel(
        rarity=rarity,
        weights=np.stack([machine.coef_.ravel() for machine in machines], axis=1).astype(np.float32),
        bias=np.array([float(machine.intercept_[0]) for machine in machines], dtype=np.float32),
        orders=settings.orders,
    )


def count_ngrams(texts: Sequence[str], settings: LinearSettings) -> sparse.csr_matrix:
    """Sparse matrix [texts, columns] with one for every n-gram that a text has."""
    parts = []
    for start in range(0, len(texts), 5000):
        found = hash_ngrams(texts[start : start + 5000], settings.orders, settings.bits)
        ones: NDArray[np.float32] = np.ones(len(found.rows), dtype=np.float32)
        shape = (found.count, 1 << settings.bits)
        parts.append(sparse.csr_matrix((ones, (found.rows, found.columns)), shape=shape))
    return sparse.vstack(parts).tocsr()


def _fit_machine(rows: sparse.csr_matrix, target: NDArray[np.bool_], cost: float, seed: int) -> LinearSVC:
    return LinearSVC(C=cost, random_state=seed).fit(rows, target)
