"""A small text file in -> in how many of a corpus of texts each word stands out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp.lexicon import SHIPPED, LexiconError, read_lexicon

SHIPPED_FREQUENCIES = SHIPPED / "document_frequencies.txt"
_HEADER = re.compile(r"# texts: (\d+)")


@dataclass(frozen=True)
class Frequencies:
    """Document frequencies of words over a corpus."""

    texts: int
    """Texts that were counted."""
    documents: Mapping[str, int]
    """Word in lower case -> texts that hold it, to two significant digits."""
    rarest: int
    """Smallest frequency in the file; a word that is not in it counts as this rare."""
    version: str
    """Twelve hex digits that change with the file."""

    def compute_idf(self, word: str) -> float:
        """Inverse document frequency scaled to 0..1: ln(N / df) / ln(N / rarest df)."""
        return math.log(self.texts / self.documents.get(word, self.rarest)) / math.log(
            self.texts / self.rarest
        )


@cache
def read_frequencies(path: Path = SHIPPED_FREQUENCIES) -> Frequencies:
    """Frequencies of a file; LexiconError when it has another shape."""
    content, version = read_lexicon(path)
    header, *lines = content.splitlines()
    found = _HEADER.fullmatch(header)
    if not found:
        raise LexiconError(f"{path}: the first line must be `# texts: N`. Take the shipped file again.")
    documents: dict[str, int] = {}
    for number, line in enumerate(lines, start=2):
        count, *words = line.split(" ")
        if not count.isdigit() or not words:
            raise LexiconError(f"{path} line {number}: expected a frequency and its words.")
        documents.update(dict.fromkeys(words, int(count)))
    return Frequencies(int(found[1]), documents, min(documents.values()), version)
