"""Texts and their words in -> margins by the clusters of words that stand in like company out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.character_features import WordClusters, hash_words
from nlp.ngrams import list_distinct
from nlp.segment import Segmenter

_LEAST_CHARACTERS = 2


@dataclass(frozen=True)
class CompanyModel:
    """Linear model over the clusters that a text's words are in, at every level.

    A word that no labelled text has still says what the words used like it say.
    """

    clusters: WordClusters
    rarity: NDArray[np.float32]
    """What each cluster counts [clusters of all levels]."""
    weights: NDArray[np.float32]
    """[clusters of all levels, classes]"""

    def score(self, texts: Sequence[str], segmenter: Segmenter) -> NDArray[np.float64]:
        """Margins [texts, classes] of normalised lower-case texts; a row depends on its own text alone."""
        rows, columns = find_company(texts, self.clusters, segmenter)
        values = weigh_company(rows, columns, self.rarity, len(texts))
        margins = [
            np.bincount(rows, values * weight[columns], minlength=len(texts))
            for weight in self.weights.T.astype(np.float64)
        ]
        return np.stack(margins, axis=1) if len(texts) else np.zeros((0, self.weights.shape[1]))


def count_clusters(clusters: WordClusters) -> int:
    """Clusters of all levels, with one at each for unknown words."""
    return int(clusters.levels.max(axis=0).astype(np.int64).sum() + clusters.levels.shape[1])


def find_company(
    texts: Sequence[str], clusters: WordClusters, segmenter: Segmenter
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Text and cluster of each cluster that a known word of two characters or more is in, once a text."""
    return place_words(cut_words(texts, segmenter), clusters)


def cut_words(texts: Sequence[str], segmenter: Segmenter) -> list[list[str]]:
    """Words of two characters or more of each text, in order."""
    return [
        [word for word in words if len(word) >= _LEAST_CHARACTERS] for words in segmenter.segment_all(texts)
    ]


def hash_cut(words: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Text and hash of every word."""
    owners = np.repeat(np.arange(len(words)), np.fromiter(map(len, words), np.int64, len(words)))
    return owners, hash_words([word for text in words for word in text])


def place_words(
    words: Sequence[Sequence[str]], clusters: WordClusters
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Text and cluster of each cluster that a known word of each text is in, once a text."""
    owners, hashes = hash_cut(words)
    levels = clusters.find(hashes).astype(np.int64)
    sizes = clusters.levels.max(axis=0, initial=0).astype(np.int64) + 1
    total = int(sizes.sum())
    keys = []
    for start, level in zip((np.cumsum(sizes) - sizes).tolist(), levels.T, strict=True):
        keys.append((owners * total + start + level)[level > 0])
    distinct = list_distinct(np.concatenate(keys))
    return distinct // total, distinct % total


def weigh_company(
    rows: NDArray[np.int64], columns: NDArray[np.int64], rarity: NDArray[np.float32], texts: int
) -> NDArray[np.float64]:
    """Value of each cluster found: its rarity, each text scaled to length one."""
    values = rarity[columns].astype(np.float64)
    norm = np.sqrt(np.bincount(rows, values * values, minlength=texts))
    scaled: NDArray[np.float64] = values / np.maximum(norm[rows], 1e-9)
    return scaled
