"""Texts in -> how many of them hold each word out; kept in a small text file that a person can read."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp.lexicon import SHIPPED, LexiconError, read_lexicon
from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text

SHIPPED_FREQUENCIES = SHIPPED / "document_frequencies.txt"
_HEADER = re.compile(r"# texts: (\d+)")
_WORD = re.compile(r"[\w·&'+.-]*[^\W\d_][\w·&'+.-]*")
_LONGEST = 20


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


def count_documents(
    texts: Iterable[str], segmenter: Segmenter, longest: int = 400
) -> tuple[int, Counter[str]]:
    """Number of texts, and word -> texts that hold it, for words of at least two characters with a letter.

    Of a text only the first `longest` characters are read.
    """
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        folded = fold_case(normalise_text(text).text[:longest])
        counts.update({word for word in segmenter.segment(folded) if len(word) > 1})
    for word in [word for word in counts if len(word) > _LONGEST or not _WORD.fullmatch(word)]:
        del counts[word]
    return total, counts


def write_frequencies(path: Path, texts: int, counts: Counter[str], most: int = 60_000) -> None:
    """Write the most frequent words: one line for each frequency (two significant digits) with its words."""
    words_by_count: dict[int, list[str]] = defaultdict(list)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    for word, count in ranked[:most]:
        words_by_count[_round(count)].append(word)
    lines = [f"# texts: {texts}"]
    lines += [
        f"{count} {' '.join(sorted(words_by_count[count]))}" for count in sorted(words_by_count, reverse=True)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


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


def _round(count: int) -> int:
    step: int = 10 ** max(0, len(str(count)) - 2)
    return count // step * step
