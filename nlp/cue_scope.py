"""A text and a place in it in -> the clause around it out, for cues of intent and promotion."""

from __future__ import annotations

import re
from typing import NamedTuple

CLAUSE_BREAKS = re.compile(r"[,。!?;:~…\s、()\[\]#]")
"""What parts clauses for a cue."""


class Hit(NamedTuple):
    """One cue that counts in one text."""

    stage: str
    score: float
    start: int
    end: int


def end_of_words(match: re.Match[str]) -> int:
    """End of a cue without the marks that close it: what follows them is another clause."""
    found = match[0]
    while found and CLAUSE_BREAKS.fullmatch(found[-1]):
        found = found[:-1]
    return match.start() + len(found)


def clause_before(text: str, start: int, window: int) -> str:
    """The characters of the clause before a place, at most `window` of them."""
    before = text[max(0, start - window) : start]
    pauses = list(CLAUSE_BREAKS.finditer(before))
    return before[pauses[-1].end() :] if pauses else before


def clause_around(text: str, start: int, end: int) -> str:
    """The clause that holds a span, with the question mark that closes it."""
    pause = CLAUSE_BREAKS.search(text, end)
    past = pause.start() + (pause[0] == "?") if pause else len(text)
    return clause_before(text, start, start) + text[start:past]
