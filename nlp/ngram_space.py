"""Prepared texts in, sparse tf-idf rows of the n-grams that a training file has out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.ngrams import hash_ngrams
from nlp.rarity import measure_rarity

_TEXTS_AT_ONCE = 4000


@dataclass(frozen=True)
class NgramSpace:
    """The hashed n-grams that at least two training texts have, and how rare each is."""

    columns: NDArray[np.int64]
    """Hashes in rising order."""
    rarity: NDArray[np.float32]
    """Inverse document frequency of each."""
    orders: tuple[int, ...]
    bits: int

    @classmethod
    def fit(
        cls, prepared: Sequence[str], *, orders: tuple[int, ...] = (1, 2, 3), bits: int = 22
    ) -> NgramSpace:
        """The space of the texts."""
        counts = np.zeros(1 << bits, dtype=np.int32)
        for start in range(0, len(prepared), _TEXTS_AT_ONCE):
            found = hash_ngrams(prepared[start : start + _TEXTS_AT_ONCE], orders, bits)
            counts += np.bincount(found.columns, minlength=1 << bits).astype(np.int32)
        columns = np.flatnonzero(counts >= 2)
        return cls(columns, measure_rarity(counts[columns], len(prepared)), orders, bits)

    def vectorise(self, prepared: Sequence[str]) -> sparse.csr_array:
        """Rows of length one [texts, columns]; a text with no known n-gram is a row of zeros."""
        parts = [
            self._vectorise_part(prepared[start : start + _TEXTS_AT_ONCE])
            for start in range(0, len(prepared), _TEXTS_AT_ONCE)
        ]
        return sparse.csr_array(sparse.vstack(parts))

    def _vectorise_part(self, prepared: Sequence[str]) -> sparse.csr_array:
        found = hash_ngrams(prepared, self.orders, self.bits)
        place = np.searchsorted(self.columns, found.columns)
        is_known = self.columns[np.minimum(place, len(self.columns) - 1)] == found.columns
        rows, place = found.rows[is_known], place[is_known]
        values = self.rarity[place]
        norm = np.sqrt(np.bincount(rows, values * values, minlength=found.count))
        values = (values / norm[rows]).astype(np.float32)
        # hash_ngrams sorts by text and column; scikit-learn takes indices of 32 bits only.
        ends = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=found.count))))
        shape = (found.count, len(self.columns))
        return sparse.csr_array((values, place.astype(np.int32), ends.astype(np.int32)), shape=shape)
