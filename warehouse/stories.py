"""Titles with the moments they were first on boards in; pairs that tell the same story on two boards out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.int64]

LEAST_SIMILARITY = 0.5
WINDOW_HOURS = 72.0
BLOCK_HOURS = 72.0


@dataclass(frozen=True, slots=True)
class StoryMatches:
    """Arrays of equal length: numbers of the two titles, the earlier first, and how alike they are (0..1]."""

    earlier: Integers
    later: Integers
    similarity: NDArray[np.float64]


def match_stories(
    titles: Sequence[str],
    hours: NDArray[np.float64],
    places: Integers,
    *,
    least_similarity: float = LEAST_SIMILARITY,
    window_hours: float = WINDOW_HOURS,
) -> StoryMatches:
    """Pairs of titles of different places, at most `window_hours` apart, whose character bigrams agree.

    titles: normalised; hours: moment of each in hours; places: number of each title's platform. Alike
    are titles whose sets of bigrams have a Jaccard similarity of at least `least_similarity` (METRICS
    §4.3). Exact, and in bounded time: only titles that share one of their rarest bigrams are compared
    (prefix filter of Bayardo et al. 2007), in blocks of hours, so that the cost of a title grows with the
    titles of a few days and not with all.
    """
    order = np.argsort(hours, kind="stable")
    parts = [
        match_block(titles, hours, places, block, number, least_similarity, window_hours)
        for block, number in cut_blocks(hours, order, window_hours)
    ]
    if not parts:
        return StoryMatches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return StoryMatches(
        np.concatenate([part.earlier for part in parts]),
        np.concatenate([part.later for part in parts]),
        np.concatenate([part.similarity for part in parts]),
    )


def cut_blocks(
    hours: NDArray[np.float64], order: Integers, window_hours: float
) -> Iterator[tuple[Integers, int]]:
    """Titles of each block in order of time with those of the window after it, and how many are its own."""
    sorted_hours = hours[order]
    start = 0
    while start < len(order):
        end = int(np.searchsorted(sorted_hours, sorted_hours[start] + BLOCK_HOURS, side="right"))
        past = int(np.searchsorted(sorted_hours, sorted_hours[end - 1] + window_hours, side="right"))
        yield order[start:past], end - start
        start = end


def match_block(
    titles: Sequence[str],
    hours: NDArray[np.float64],
    places: Integers,
    block: Integers,
    number: int,
    least_similarity: float,
    window_hours: float,
) -> StoryMatches:
    """Pairs whose earlier title is one of the block's first `number`."""
    bigrams = index_bigrams([titles[place] for place in block])
    sizes = np.diff(bigrams.indptr)
    prefix = cut_prefixes(bigrams, sizes, least_similarity)
    candidates = (prefix[:number] @ prefix.T).tocoo()
    first, second = candidates.row.astype(np.int64), candidates.col.astype(np.int64)
    kept = (first < second) & (places[block[first]] != places[block[second]])
    kept &= hours[block[second]] - hours[block[first]] <= window_hours
    first, second = first[kept], second[kept]
    shared = np.asarray(bigrams[first].multiply(bigrams[second]).sum(axis=1), dtype=np.int64).ravel()
    similarity = shared / np.maximum(sizes[first] + sizes[second] - shared, 1)
    alike = similarity >= least_similarity
    return StoryMatches(block[first[alike]], block[second[alike]], similarity[alike])


def index_bigrams(titles: Sequence[str]) -> csr_array:
    """Sets of bigrams [titles, bigrams], columns from the rarest to the most frequent."""
    letters = np.frombuffer(
        "\n".join([*(title.replace("\n", " ") for title in titles), ""]).encode("utf-32-le", "replace"),
        dtype=np.uint32,
    )
    letters = letters.astype(np.int64)
    is_end = letters == ord("\n")
    title = np.cumsum(is_end) - is_end
    inside = ~(is_end[:-1] | is_end[1:])
    code = (letters[:-1] << 21 | letters[1:])[inside]
    _, column, frequency = np.unique(code, return_inverse=True, return_counts=True)
    rank = np.empty(len(frequency), dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(frequency))
    width = max(len(frequency), 1)
    # np.unique hashes numbers that need no hash: thirty times what it takes to sort them
    cell = np.sort(title[:-1][inside] * width + rank[column])
    cell = cell[np.diff(cell, prepend=-1) > 0]
    indptr = np.searchsorted(cell, np.arange(len(titles) + 1) * width)
    return csr_array((np.ones(len(cell), dtype=np.int32), cell % width, indptr), shape=(len(titles), width))


def cut_prefixes(bigrams: csr_array, sizes: Integers, least_similarity: float) -> csr_array:
    """The rarest bigrams of each title: two titles that are alike share at least one of them.

    At least ceil(t * n) of a title's n bigrams must be shared, so one of any n - ceil(t * n) + 1 is.
    """
    lengths = sizes - np.ceil(least_similarity * sizes - 1e-9).astype(np.int64) + (sizes > 0)
    offsets = np.arange(bigrams.nnz) - np.repeat(bigrams.indptr[:-1], sizes)
    kept = offsets < np.repeat(lengths, sizes)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return csr_array((bigrams.data[kept], bigrams.indices[kept], indptr), shape=bigrams.shape)
