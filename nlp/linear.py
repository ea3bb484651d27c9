"""Prepared texts in, two margins a text out (polarity and neutrality), by hashed n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.ngrams import hash_ngrams

MARGINS = ("polarity", "neutrality")
_CHARACTERS_AT_ONCE = 20_000


@dataclass(frozen=True)
class LinearModel:
    """Weights over hashed character n-grams, each text's n-grams weighted by rarity, scaled to length one."""

    rarity: NDArray[np.float32]
    """Inverse document frequency of each column [columns]."""
    weights: NDArray[np.floating]
    """Weight of each column for each margin [columns, margins]; 64-bit, so that no product converts them."""
    bias: NDArray[np.float32]
    orders: tuple[int, ...]

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]]) -> LinearModel:
        """Unpack the 8-bit tensors of the shipped file: value = code * step."""
        return cls(
            rarity=tensors["rarity"].astype(np.float32) * tensors["rarity_step"].astype(np.float32),
            weights=(
                tensors["weights"].astype(np.float32) * tensors["weights_step"].astype(np.float32)
            ).astype(np.float64),
            bias=tensors["bias"].astype(np.float32),
            orders=tuple(int(order) for order in tensors["orders"]),
        )

    def to_tensors(self) -> dict[str, NDArray[np.generic]]:
        """Pack into 8-bit codes and their steps."""
        rarity_step = np.float32(max(float(self.rarity.max()), 1e-6) / 255)
        weights_step = np.maximum(np.abs(self.weights).max(axis=0), 1e-6) / 127
        return {
            "rarity": np.rint(self.rarity / rarity_step).astype(np.uint8),
            "rarity_step": np.array([rarity_step], dtype=np.float32),
            "weights": np.rint(self.weights / weights_step).astype(np.int8),
            "weights_step": weights_step.astype(np.float32),
            "bias": self.bias.astype(np.float32),
            "orders": np.array(self.orders, dtype=np.int64),
        }

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Margins [texts, MARGINS]; each row depends on its own text alone."""
        margins = np.zeros((len(texts), self.weights.shape[1]))
        start, size = 0, 0
        for place, text in enumerate(texts):
            size += len(text) + 2
            if size > _CHARACTERS_AT_ONCE or place == len(texts) - 1:
                margins[start : place + 1] = self._score_batch(texts[start : place + 1])
                start, size = place + 1, 0
        return margins

    def _score_batch(self, texts: Sequence[str]) -> NDArray[np.float64]:
        found = hash_ngrams(texts, self.orders, int(self.rarity.shape[0]).bit_length() - 1)
        rarity = self.rarity[found.columns].astype(np.float64)
        norm = np.sqrt(np.bincount(found.rows, rarity * rarity, minlength=found.count))
        norm[norm == 0] = 1.0
        ends = np.cumsum(np.bincount(found.rows, minlength=found.count))
        grams = sparse.csr_array(
            (rarity, found.columns, np.concatenate(([0], ends))), shape=(found.count, len(self.rarity))
        )
        sums: NDArray[np.float64] = grams @ self.weights
        return sums / norm[:, None] + self.bias
