"""Words of a text in -> those that say what it is about out, weighted by how rare they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlp.frequencies import Frequencies
from nlp.lexicon import SHIPPED, read_lexicon
from nlp.segment import Segmenter
from nlp.tagger import Label
from nlp.text import is_word

SHIPPED_STOP_WORDS = SHIPPED / "stop_words.txt"
NOUNS = frozenset({"n", "nr", "nrt", "nrfg", "ns", "nt", "nz", "ng", "vn", "an", "j", "eng"})
"""jieba's tags of words that name something; verbs count only when the lexicon says so."""
FEWEST = 3
MOST = 5
_CHARACTERS_PER_KEYWORD = 20
_GUESSED = 0.5
"""Words that neither the corpus nor the dictionary knows are often mere neighbours: 老铁快, 遭万人."""
MEMO_SIZE = 200_000
"""Words whose weight is kept at hand; a stream of new ones must not fill the memory."""


class KeywordExtractor:
    """Finds the keywords of texts that were cut into words."""

    def __init__(
        self,
        frequencies: Frequencies,
        segmenter: Segmenter,
        stop_words: Iterable[str],
        always: Iterable[str] = (),
    ) -> None:
        """`always` are words that count whatever their part of speech, such as the seeds of interests."""
        self._frequencies = frequencies
        self._segmenter = segmenter
        self._stop_words = frozenset(stop_words)
        self._always = frozenset(always)
        self._memo: dict[str, float] = {}

    def extract(self, words: Sequence[str], length: int) -> list[Label]:
        """Three to five keywords of a text of `length` characters, heaviest first; fewer if it has fewer.

        A word's score is its inverse document frequency, raised by repetition; its span is where it first
        stands.
        """
        memo = self._memo
        ranks: dict[str, tuple[float, int, str]] = {}
        repeated: set[str] = set()
        position = 0
        for word in words:
            size = len(word)
            if size > 1:
                weight = memo.get(word)
                if weight is None:
                    weight = self._weigh(word)
                if word in ranks:
                    repeated.add(word)
                elif weight:
                    ranks[word] = -weight, position, word
            position += size
        for word in repeated:
            weight, place, _ = ranks[word]
            ranks[word] = max(-1.0, weight * (1 + math.log(words.count(word)))), place, word
        most = min(MOST, FEWEST + length // _CHARACTERS_PER_KEYWORD)
        return [
            Label(word, round(-weight, 4), place, place + len(word))
            for weight, place, word in sorted(ranks.values())[:most]
        ]

    def _weigh(self, word: str) -> float:
        if len(self._memo) >= MEMO_SIZE:
            self._memo.clear()
        weight = 0.0
        if self._names_something(word):
            weight = self._frequencies.compute_idf(word)
            if word not in self._frequencies.documents and not self._segmenter.has_word(word):
                weight *= _GUESSED
        self._memo[word] = weight
        return weight

    def _names_something(self, word: str) -> bool:
        if word in self._stop_words or not is_word(word):
            return False
        if word in self._always:
            return True
        return len(set(word)) > 1 and self._segmenter.find_part_of_speech(word) in NOUNS


def read_stop_words(path: Path = SHIPPED_STOP_WORDS) -> tuple[frozenset[str], str]:
    """Stop words of a file (words separated by space, # starts a comment line) and its short hash."""
    content, version = read_lexicon(path)
    lines = (line for line in content.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split()), version
