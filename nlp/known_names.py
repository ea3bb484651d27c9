"""Texts in -> where in a name that training titles had each of their characters stands, out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.character_features import SEED, hash_word, step_hash

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
    _kind_of: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = dict(zip(self.hashes.tolist(), self.kinds.tolist(), strict=True))
        object.__setattr__(self, "_kind_of", known)

    @classmethod
    def learn(cls, kinds: Mapping[str, int]) -> KnownNames:
        """Names with the numbers of their kinds."""
        beginnings = {name[:_BEGINNING] for name in kinds if len(name) > _BEGINNING}
        known = dict.fromkeys(beginnings, _NO_KIND) | dict(kinds)
        by_hash = sorted((hash_word(name), kind) for name, kind in known.items())
        return cls(
            np.array([key for key, _ in by_hash], np.uint64),
            np.array([kind for _, kind in by_hash], np.uint8),
        )

    def mark_all(self, texts: Sequence[str], unknown: Sequence[Collection[str]] = ()) -> NDArray[np.uint8]:
        """For every character of the lower-case texts in a row: 0, or its place in a name of which kind.

        The longest name at each place counts, from left to right. `unknown` are the names that each text
        shall not know: those that it alone has taught.
        """
        none: Collection[str] = ()
        marks = [self._mark(text, unknown[place] if unknown else none) for place, text in enumerate(texts)]
        return np.concatenate(marks) if marks else np.zeros(0, np.uint8)

    def _mark(self, text: str, unknown: Collection[str]) -> NDArray[np.uint8]:
        marks = np.zeros(len(text), np.uint8)
        start = 0
        while start < len(text):
            end, kind = self._find_longest(text, start, unknown)
            if end > start:
                base = kind * _PLACES + 1
                marks[start:end] = base + 1
                marks[start], marks[end - 1] = base, base + 2
                if end == start + 1:
                    marks[start] = base + 3
            start = max(end, start + 1)
        return marks

    def _find_longest(self, text: str, start: int, unknown: Collection[str]) -> tuple[int, int]:
        """End and kind of the longest name that begins at a place; its own start where none does."""
        found = start, 0
        state = SEED
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
            state = step_hash(state, text[end - 1])
            kind = self._kind_of.get(state, _NO_KIND)
            if kind != _NO_KIND:
                if text[start:end] not in unknown:
                    found = end, kind
            elif end - start == _BEGINNING and state not in self._kind_of:
                break
        return found
