"""How many texts have each feature in -> how rare each is out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def measure_rarity(
    counts: NDArray[np.integer[Any]] | NDArray[np.floating[Any]], texts: int
) -> NDArray[np.float32]:
    """Inverse document frequency of each feature: ln((1 + texts) / (1 + count)) + 1.

    counts: texts that have each feature. A feature of every text is 1. Formula: the smoothed idf of
    scikit-learn's TfidfTransformer.
    """
    rarity: NDArray[np.float32] = (np.log((1 + texts) / (1 + counts)) + 1).astype(np.float32)
    return rarity
