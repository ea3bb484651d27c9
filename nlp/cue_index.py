"""Groups of cues (regular expressions, mostly plain words) and a text in -> which may stand in it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.automaton import compile_phrases

_WORD_BETWEEN_CONDITIONS = re.compile(
    r"(?:\(\?<?[=!][^()]*\))*([^\\.^$*+?{}\[\]|()]+)(?:\(\?<?[=!][^()]*\))*"
)


@dataclass(frozen=True)
class CueIndex:
    """Says in one reading of a text which groups of cues are worth a search.

    The regular expression engine tries the cues of a group one by one at each place: that takes ten times as
    long as to look up, for all groups at once, the words without which no cue of theirs matches.
    """

    _find_words: Callable[[str], Iterator[re.Match[str]]]
    _groups_by_word: Mapping[str, frozenset[int]]
    _other_cues: Sequence[tuple[int, re.Pattern[str]]]
    """Number of a group and its cues that are no plain word."""

    @classmethod
    def build(cls, groups: Iterable[Iterable[str]]) -> CueIndex:
        """The index of groups of cues; each cue is a pattern by itself."""
        words: dict[str, set[int]] = {}
        other_cues = []
        for number, cues in enumerate(groups):
            others = []
            for cue in cues:
                if word := find_word(cue):
                    words.setdefault(word, set()).add(number)
                else:
                    others.append(cue)
            if others:
                other_cues.append((number, re.compile("|".join(others))))
        # where a word is found, those that it begins with stand too
        by_word = {
            word: frozenset().union(*(words.get(word[:end], ()) for end in range(1, len(word) + 1)))
            for word in words
        }
        # words may overlap, so that each place is looked at without taking what is found there
        overlapping = re.compile(f"(?=({compile_phrases(words).pattern}))")
        return cls(overlapping.finditer, by_word, other_cues)

    def find_groups(self, text: str) -> list[int]:
        """Numbers, ascending, of the groups of which a cue may match; no other group's matches."""
        found = {number for number, cues in self._other_cues if cues.search(text)}
        for match in self._find_words(text):
            found |= self._groups_by_word[match[1]]
        return sorted(found)


def find_word(cue: str) -> str | None:
    """The plain word of a cue that is one, maybe with conditions on what stands before or after it."""
    match = _WORD_BETWEEN_CONDITIONS.fullmatch(cue)
    return match[1] if match else None
