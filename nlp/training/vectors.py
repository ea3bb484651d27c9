"""Token sequences in, one vector a token out: the embeddings that pre-training starts from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from nlp.training.batches import TokenTable

_CHUNK = 2_000_000


def build_token_vectors(
    table: TokenTable, *, vocabulary_size: int, width: int, window: int, seed: int
) -> NDArray[np.float32]:
    """Vectors [vocabulary, width] with standard deviation .02: rooted SVD of positive mutual information.

    Levy and Goldberg 2014: what skip-gram factorises, in a minute instead of an epoch.
    """
    owners = np.repeat(np.arange(len(table), dtype=np.int32), table.lengths)
    counts = sparse.csr_array((vocabulary_size, vocabulary_size), dtype=np.float32)
    for start in range(0, len(table.ids), _CHUNK):
        ids = table.ids[start : start + _CHUNK]
        owner = owners[start : start + _CHUNK]
        for distance in range(1, window + 1):
            same = owner[:-distance] == owner[distance:]
            left, right = ids[:-distance][same], ids[distance:][same]
            weight = np.full(len(left), 1.0 / distance, dtype=np.float32)
            counts = counts + sparse.csr_array((weight, (left, right)), shape=counts.shape)
    pairs = (counts + counts.T).tocoo()
    total = pairs.sum()
    occurrences: NDArray[np.float64] = np.asarray(pairs.sum(axis=1)).ravel().astype(np.float64)
    contexts = occurrences**0.75
    contexts *= total / contexts.sum()
    information = np.log(
        np.maximum(pairs.data * total / (occurrences[pairs.row] * contexts[pairs.col] + 1e-9), 1e-9)
    )
    kept = information > 0
    strength: NDArray[np.float32] = information[kept].astype(np.float32)
    shape = (vocabulary_size, vocabulary_size)
    positive = sparse.csr_array((strength, (pairs.row[kept], pairs.col[kept])), shape=shape)
    left_vectors, strengths, _ = randomized_svd(positive, n_components=width, n_iter=3, random_state=seed)
    vectors = (left_vectors * np.sqrt(strengths)).astype(np.float32)
    rng = np.random.default_rng(seed)
    vectors @= np.linalg.qr(rng.standard_normal((width, width)))[0].astype(np.float32)
    unseen = occurrences == 0
    vectors /= vectors[~unseen].std()
    vectors[unseen] = rng.standard_normal((int(unseen.sum()), width))
    scaled: NDArray[np.float32] = (0.02 * vectors).astype(np.float32)
    return scaled
