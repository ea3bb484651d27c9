"""Prepared texts in, sparse rows of their words and of the clusters that those words are in out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.character_features import WordClusters, find_places
from nlp.ngrams import list_distinct
from nlp.rarity import measure_rarity
from nlp.segment import Segmenter
from nlp.word_company import count_clusters, cut_words, hash_cut, place_words, weigh_company

_HALF = np.sqrt(0.5)
"""What words count and what clusters count: half of a row's squared length each."""


@dataclass(frozen=True)
class WordSpace:
    """The words of two characters or more that at least two training texts have, clusters of words used
    alike, and how rare each is.

    A word that no training text has still says what the words used like it say.
    """

    words: NDArray[np.uint64]
    """Hashes of the words in rising order."""
    word_rarity: NDArray[np.float32]
    """Inverse document frequency of each."""
    clusters: WordClusters
    cluster_rarity: NDArray[np.float32]
    """Inverse document frequency of the clusters of all levels."""
    segmenter: Segmenter

    @classmethod
    def fit(cls, prepared: Sequence[str], clusters: WordClusters, segmenter: Segmenter) -> WordSpace:
        """The space of the texts."""
        cut = cut_words([text.lower() for text in prepared], segmenter)
        owners, hashes = hash_cut(cut)
        words, place = np.unique(hashes, return_inverse=True)
        counts = np.bincount(
            list_distinct(owners * len(words) + place) % max(1, len(words)), minlength=len(words)
        )
        is_kept = counts >= 2
        _, found = place_words(cut, clusters)
        beside = np.bincount(found, minlength=count_clusters(clusters))
        return cls(
            words[is_kept],
            measure_rarity(counts[is_kept], len(prepared)),
            clusters,
            measure_rarity(beside, len(prepared)),
            segmenter,
        )

    def vectorise(self, prepared: Sequence[str]) -> sparse.csr_array:
        """Rows [texts, words and clusters]; a text without a known word is a row of zeros."""
        cut = cut_words([text.lower() for text in prepared], self.segmenter)
        word_rows, words = self._find_words(cut)
        cluster_rows, clusters = place_words(cut, self.clusters)
        rows = np.concatenate((word_rows, cluster_rows))
        columns = np.concatenate((words, clusters + len(self.words)))
        values = np.concatenate(
            (
                weigh_company(word_rows, words, self.word_rarity, len(cut)),
                weigh_company(cluster_rows, clusters, self.cluster_rarity, len(cut)),
            )
        )
        order = np.lexsort((columns, rows))
        ends = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(cut)))))
        shape = (len(cut), len(self.words) + len(self.cluster_rarity))
        # scikit-learn takes indices of 32 bits only.
        places = columns[order].astype(np.int32)
        return sparse.csr_array(
            ((_HALF * values[order]).astype(np.float32), places, ends.astype(np.int32)), shape=shape
        )

    def _find_words(self, cut: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Text and column of each known word, once a text."""
        owners, hashes = hash_cut(cut)
        place = find_places(self.words, hashes)
        distinct = list_distinct((owners * len(self.words) + place)[place >= 0])
        return distinct // max(1, len(self.words)), distinct % max(1, len(self.words))
