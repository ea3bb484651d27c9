"""Texts in -> their keywords out: the word, its weight as score, and the span where it first stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from nlp.frequencies import read_frequencies
from nlp.gazetteer import read_competitor_sets
from nlp.keywords import KeywordExtractor, read_stop_words
from nlp.segment import Segmenter, UserWord, read_user_dictionary
from nlp.tagger import Label, TaggerSettings
from nlp.taxonomy import read_taxonomy
from nlp.text import fold_case
from nlp.whole_names import list_whole_names

_RULES = "2"
_LONGEST_TEXT = 1_000


class KeywordTagger:
    """Gives a text three to five keywords in lower case, by inverse document frequency."""

    name = "keywords"
    subjects = frozenset({"post", "board_entry"})

    def __init__(self, extractor: KeywordExtractor, segmenter: Segmenter, version: str) -> None:
        self._extractor = extractor
        self._segmenter = segmenter
        self.version = version

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Keywords of each text, heaviest first; of long texts the first thousand characters are read."""
        segment, extract = self._segmenter.segment, self._extractor.extract
        return [extract(segment(fold_case(text[:_LONGEST_TEXT])), len(text)) for text in texts]


def build_tagger(settings: TaggerSettings) -> KeywordTagger:
    """The keyword tagger; interests' seeds, listed names and the user's words stay whole and always count."""
    taxonomy = read_taxonomy(settings.taxonomy)
    seeds = [seed for seed in taxonomy.codes_by_seed if 2 < len(seed) <= 8 and not seed.isascii()]
    user_words = read_user_dictionary(settings.user_dictionary)
    names = list_whole_names(read_competitor_sets(settings.entities))
    segmenter = Segmenter([*(UserWord(seed, None, "nz") for seed in seeds), *names, *user_words])
    frequencies = read_frequencies()
    stop_words, stop_version = read_stop_words()
    always = {fold_case(word.word) for word in (*names, *user_words)} | set(taxonomy.codes_by_seed)
    extractor = KeywordExtractor(frequencies, segmenter, stop_words, always)
    parts = (frequencies.version, stop_version, taxonomy.version, repr(names), repr(user_words))
    version = f"{_RULES}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:12]}"
    return KeywordTagger(extractor, segmenter, version)
