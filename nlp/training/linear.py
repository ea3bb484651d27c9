"""Labelled examples in, the linear n-gram model out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlp.domain_linear import DomainLinearModel
from nlp.linear import LinearModel
from nlp.ngrams import hash_ngrams
from nlp.rarity import measure_rarity
from nlp.training.config import LinearSettings
from nlp.training.corpora import POLAR_ONLY, Example

Weights = NDArray[np.float64]


def fit_linear(examples: Sequence[Example], settings: LinearSettings, *, seed: int) -> DomainLinearModel:
    """Two support vector machines on tf-idf rows, polarity over polar rows and neutrality over all, and
    what tells the sources apart.

    Each source is a domain. The machines see every row twice, as itself and `domain_weight` times as a row of
    its domain (Daumé 2007), so that a domain's own weights say only where it differs.
    """
    counts = count_ngrams([example.text for example in examples], settings)
    frequency = np.asarray(counts.sum(axis=0)).ravel()
    rarity = measure_rarity(frequency, len(examples))
    rows = counts @ sparse.diags_array(rarity)
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows = (sparse.diags_array(1 / np.where(norms == 0, 1, norms)) @ rows).tocsr()
    label = np.array([example.label for example in examples])
    names, domain = np.unique([example.source for example in examples], return_inverse=True)
    if settings.domain_weight == 0:
        names, domain = names[:1], np.zeros_like(domain)
    knows_neutral = np.array([example.source not in POLAR_ONLY for example in examples])
    polar = label != "neutral"
    share = settings.domain_weight
    machines = [
        _fit_margin(rows, label == "positive", polar, domain, share, settings.polarity_cost, seed),
        _fit_margin(rows, ~polar, knows_neutral, domain, share, settings.neutrality_cost, seed),
    ]
    if len(names) > 1:
        machines.append(_fit_likeness(rows, domain, settings.likeness_cost))
    weights, biases = zip(*machines, strict=True)
    return DomainLinearModel(
        LinearModel(
            rarity=rarity,
            weights=np.concatenate(weights, axis=1).astype(np.float32),
            bias=np.concatenate(biases).astype(np.float32),
            orders=settings.orders,
        )
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


def _fit_margin(
    rows: sparse.csr_matrix,
    target: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
    domain: NDArray[np.int64],
    share: float,
    cost: float,
    seed: int,
) -> tuple[Weights, Weights]:
    """Weights [columns, domains] and biases [domains] of one margin, from the chosen rows."""
    rows, target, domain, domains = rows[chosen], target[chosen], domain[chosen], int(domain.max()) + 1
    views = [rows]
    if domains > 1:
        views += [sparse.diags_array(share * (domain == number)) @ rows for number in range(domains)]
    machine = LinearSVC(C=cost, random_state=seed).fit(sparse.hstack(views).tocsr(), target)
    shared, *own = machine.coef_.reshape(len(views), -1)
    weights = [shared + share * part for part in own] or [shared]
    return np.stack(weights, axis=1), np.full(domains, float(machine.intercept_[0]))


def _fit_likeness(rows: sparse.csr_matrix, domain: NDArray[np.int64], cost: float) -> tuple[Weights, Weights]:
    """Weights [columns, domains] and biases [domains] of how much a text reads like each domain."""
    machines = [
        LogisticRegression(C=cost, solver="liblinear").fit(rows, domain == number)
        for number in range(int(domain.max()) + 1)
    ]
    biases = np.array([float(machine.intercept_[0]) for machine in machines])
    return np.stack([machine.coef_.ravel() for machine in machines], axis=1), biases
