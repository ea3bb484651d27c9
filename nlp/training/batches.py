"""Token sequences in, padded batches of similar length out, in an order that a seed and an epoch fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import keep_ends

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class TokenTable:
    """Token ids of many texts without their special tokens, one after the other."""

    ids: Ids
    starts: NDArray[np.int64]
    """Where each text begins in ids; one more entry than texts."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return np.diff(self.starts)

    @classmethod
    def from_lists(cls, sequences: Sequence[Sequence[int]]) -> TokenTable:
        """Lay lists of ids end to end."""
        starts = np.zeros(len(sequences) + 1, dtype=np.int64)
        np.cumsum([len(sequence) for sequence in sequences], out=starts[1:])
        tokens = (token for sequence in sequences for token in sequence)
        ids = np.fromiter(tokens, dtype=np.int32, count=int(starts[-1]))
        return cls(ids, starts)


def plan_batches(
    lengths: NDArray[np.int64], *, tokens_per_batch: int, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    """Batches of text numbers for one epoch: random, of similar length, at most tokens_per_batch padded."""
    rng = np.random.default_rng((seed, epoch))
    order = rng.permutation(len(lengths))
    noise = rng.random(len(lengths)) * 6
    order = order[np.argsort((lengths + noise)[order], kind="stable")]
    batches: list[NDArray[np.int64]] = []
    start, longest = 0, 0
    for place, text in enumerate(order):
        longest = max(longest, int(lengths[text]) + 2)
        if place > start and longest * (place - start + 1) > tokens_per_batch:
            batches.append(order[start:place])
            start, longest = place, int(lengths[text]) + 2
    if start < len(order):
        batches.append(order[start:])
    return [batches[number] for number in rng.permutation(len(batches))]


def pad_batch(
    table: TokenTable, texts: NDArray[np.int64], max_tokens: int, *, first: int, last: int, pad: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask [texts, tokens] with first and last tokens set; a long text keeps both ends."""
    kept = [
        keep_ends(table.ids[table.starts[text] : table.starts[text + 1]].tolist(), max_tokens - 2)
        for text in texts
    ]
    width = max(len(ids) for ids in kept) + 2
    ids = np.full((len(kept), width), pad, dtype=np.int64)
    mask = np.zeros((len(kept), width), dtype=np.int64)
    for row, tokens in enumerate(kept):
        ids[row, 0] = first
        ids[row, 1 : len(tokens) + 1] = tokens
        ids[row, len(tokens) + 1] = last
        mask[row, : len(tokens) + 2] = 1
    return ids, mask


def split_tokens(
    table: TokenTable, characters: Sequence[Sequence[int]], share: float, seed: tuple[int, int]
) -> TokenTable:
    """The texts with a share of their words read character by character, chosen by the seed: a cheap,
    strong augmentation.

    The tokenizers library drops merges too, but from a generator that takes no seed.
    """
    sizes = np.array([len(part) for part in characters], dtype=np.int64)
    flat = np.array([token for part in characters for token in part], dtype=np.int32)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    rng = np.random.default_rng(seed)
    is_split = (rng.random(len(table.ids)) < share) & (sizes[table.ids] > 1)
    counts = np.where(is_split, sizes[table.ids], 1)
    ends = np.concatenate(([0], np.cumsum(counts)))
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], counts)
    source = np.repeat(table.ids, counts)
    pieces = flat[np.minimum(offsets[source] + within, len(flat) - 1)]
    return TokenTable(np.where(np.repeat(is_split, counts), pieces, source), ends[table.starts])
