"""Titles with the moments they were first on boards in; pairs that tell the same story on two boards out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
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
    bigrams = index_bigrams([titles[place] for place in order.tolist()])
    sizes = np.diff(bigrams.indptr).astype(np.int64)
    prefixes = cut_prefixes(bigrams, sizes, least_similarity)
    hours, places = hours[order], places[order]
    parts = []
    for start, end, past in cut_blocks(hours, window_hours):
        candidates = (prefixes[start:end] @ prefixes[start:past].T).tocoo()
        earlier = start + candidates.row.astype(np.int64)
        later = start + candidates.col.astype(np.int64)
        kept = (earlier < later) & (places[earlier] != places[later])
        kept &= hours[later] - hours[earlier] <= window_hours
        earlier, later = earlier[kept], later[kept]
        shared = np.asarray(bigrams[earlier].multiply(bigrams[later]).sum(axis=1), dtype=np.int64).ravel()
        similarity = shared / np.maximum(sizes[earlier] + sizes[later] - shared, 1)
        alike = similarity >= least_similarity
        parts.append((order[earlier[alike]], order[later[alike]], similarity[alike]))
    if not parts:
        return StoryMatches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return StoryMatches(*map(np.concatenate, zip(*parts, strict=True)))


def cut_blocks(sorted_hours: NDArray[np.float64], window_hours: float) -> Iterator[tuple[int, int, int]]:
    """Where each block of titles begins and ends, and where the window after it ends."""
    start = 0
    while start < len(sorted_hours):
        end = int(np.searchsorted(sorted_hours, sorted_hours[start] + BLOCK_HOURS, side="right"))
        past = int(np.searchsorted(sorted_hours, sorted_hours[end - 1] + window_hours, side="right"))
        yield start, end, past
        start = end


def index_bigrams(titles: Sequence[str]) -> csr_array:
    """Sets of bigrams [titles, bigrams], columns from the rarest to the most frequent."""
    lines = "\n".join([*titles, ""])
    if lines.count("\n") > len(titles):
        lines = "\n".join([*(title.replace("\n", " ") for title in titles), ""])
    letters = np.frombuffer(lines.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    is_end = letters == ord("\n")
    title = np.cumsum(is_end) - is_end
    inside = ~(is_end[:-1] | is_end[1:])
    code = (letters[:-1] << 21 | letters[1:])[inside]
    # numbered by a table of hashes in a fifth of the time that sorting them takes
    column = pa.array(code).dictionary_encode().indices.to_numpy()
    frequency = np.bincount(column)
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
