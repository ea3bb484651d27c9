"""Texts in -> where in a name that training titles had each of their characters stands, out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.character_features import SEED, find_places, hash_words, mark_spans, read_points, step_hashes

LONGEST = 16
_PLACES = 4
"""Marks of a kind: begin, middle, end, whole."""
_BEGINNING = 2
_NO_KIND = 255
"""Stands for the first two characters of a name, without which a longer one is not looked for."""


@dataclass(frozen=True)
class KnownNames:
    """Names of the labelled titles as hashes, each with the kind it bears most often."""

    hashes: NDArray[np.uint64]
    """Hashes of the names and of their beginnings, ascending."""
    kinds: NDArray[np.uint8]
    """Number of each name's kind; _NO_KIND for a beginning that is no name itself."""

    @classmethod
    def learn(cls, kinds: Mapping[str, int]) -> KnownNames:
        """Names with the numbers of their kinds."""
        beginnings = {name[:_BEGINNING] for name in kinds if len(name) > _BEGINNING}
        known = dict.fromkeys(beginnings, _NO_KIND) | dict(kinds)
        hashes = hash_words(list(known))
        order = np.argsort(hashes)
        return cls(hashes[order], np.fromiter(known.values(), np.uint8, len(known))[order])

    def mark_all(self, texts: Sequence[str], unknown: Sequence[Collection[str]] = ()) -> NDArray[np.uint8]:
        """For every character of the lower-case texts in a row: 0, or its place in a name of which kind.

        The longest name at each place counts, from left to right. `unknown` are the names that each text
        shall not know: those that it alone has taught.
        """
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ends, kinds = self._find_longest(texts, lengths, unknown)
        starts = np.flatnonzero(kinds != _NO_KIND)
        spans, free = [], 0
        for start, end, kind in zip(
            starts.tolist(), ends[starts].tolist(), kinds[starts].tolist(), strict=True
        ):
            if start >= free:
                spans.append((start, end, kind * _PLACES + 1))
                free = end
        return mark_spans(len(kinds), spans)

    def _find_longest(
        self, texts: Sequence[str], lengths: NDArray[np.int64], unknown: Sequence[Collection[str]]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """For every character of all texts the end and kind of the longest name that begins there."""
        joined = "".join(texts)
        points = read_points(joined)
        starts = np.arange(len(points))
        past = np.repeat(np.cumsum(lengths), lengths)
        owners = np.repeat(np.arange(len(texts)), lengths) if unknown else starts
        ends, kinds = starts.copy(), np.full(len(points), _NO_KIND, np.uint8)
        state = np.full(len(points), SEED, np.uint64)
        for size in range(1, LONGEST + 1):
            inside = past[starts] - starts >= size
            starts, state = starts[inside], state[inside]
            state = step_hashes(state, points[starts + size - 1])
            found = find_places(self.hashes, state)
            named = found >= 0
            named[named] = self.kinds[found[named]] != _NO_KIND
            for start in starts[named].tolist() if unknown else ():
                if joined[start : start + size] in unknown[owners[start]]:
                    named[np.searchsorted(starts, start)] = False
            ends[starts[named]] = starts[named] + size
            kinds[starts[named]] = self.kinds[found[named]]
            if size == _BEGINNING:
                starts, state = starts[found >= 0], state[found >= 0]
        return ends, kinds
