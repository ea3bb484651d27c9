"""Many texts in -> clusters of the words that stand in like company out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.utils.extmath import randomized_svd

from nlp.character_features import WordClusters, hash_words
from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text

WORDS = 40_000
"""Most frequent words that get a cluster."""
CONTEXTS = 8_000
"""Most frequent words that count as company."""
LEVELS = (64, 256, 1024)
_DIMENSIONS = 64
_LONGEST = 300
_FLATTEN = 0.75
"""Power of the contexts' counts, so that rare company does not weigh too much (Levy et al. 2015)."""


def cluster_words(texts: Iterable[str], levels: Sequence[int] = LEVELS) -> WordClusters:
    """Vectors by truncated SVD of positive pointwise mutual information with the two words on either side,
    then k-means at each level; seeded."""
    words, places = _number_words(texts)
    company = _count_company(places, len(words))
    vectors, strengths, _ = randomized_svd(company, n_components=_DIMENSIONS, n_iter=3, random_state=0)
    vectors = vectors * np.sqrt(strengths)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    clusters = [
        MiniBatchKMeans(size, random_state=0, n_init=1, batch_size=8192, max_iter=30).fit_predict(vectors) + 1
        for size in levels
    ]
    hashes = hash_words(words)
    order = np.argsort(hashes)
    return WordClusters(hashes[order], np.stack(clusters, axis=1)[order].astype(np.uint16))


def _number_words(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The most frequent words, and the texts as their numbers; -1 for other words, -2 between texts."""
    segmenter = Segmenter()
    numbers: dict[str, int] = {}
    flat: list[int] = [-1]
    for text in texts:
        words = segmenter.segment(fold_case(normalise_text(text[:_LONGEST]).text))
        flat += [numbers.setdefault(word, len(numbers)) for word in words]
        flat.append(-1)
    codes = np.array(flat, np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=len(numbers))
    kept = np.argsort(-counts, kind="stable")[:WORDS]
    ranks = np.full(len(numbers) + 1, -1, np.int64)
    ranks[kept] = np.arange(len(kept))
    names = list(numbers)
    return [names[number] for number in kept], np.where(codes < 0, -2, ranks[codes])


def _count_company(places: NDArray[np.int64], words: int) -> sparse.csr_matrix:
    """Positive pointwise mutual information of words and their neighbours, by distance and side."""
    rows, columns = [], []
    for distance in (1, 2):
        left, right = places[:-distance], places[distance:]
        inside = (left >= 0) & (right >= 0)
        if distance == 2:
            inside &= places[1:-1] != -2
        for side, (word, other) in enumerate(((left, right), (right, left))):
            near = inside & (other < CONTEXTS)
            rows.append(word[near])
            columns.append(other[near] + (2 * (distance - 1) + side) * CONTEXTS)
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (words, 4 * CONTEXTS)
    counts = sparse.coo_matrix((np.ones(len(row)), (row, column)), shape).tocsr().tocoo()
    total = counts.sum()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_company = np.asarray(counts.sum(axis=0)).ravel() ** _FLATTEN
    of_company *= total / of_company.sum()
    gain = np.log(np.maximum(counts.data * total / (of_word[counts.row] * of_company[counts.col]), 1))
    weighed = sparse.csr_matrix((gain.astype(np.float32), (counts.row, counts.col)), shape)
    weighed.eliminate_zeros()
    return weighed
