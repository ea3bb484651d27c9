"""Texts in -> interests out: second-level codes with the span of the seed that says it, and first levels."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence

from nlp.automaton import compile_phrases
from nlp.edges import adjoins_latin, cuts_latin_word, find_inner_edges, is_covered, names_thing
from nlp.interest_head import InterestHead
from nlp.news_gate import NewsGate, read_news_gate
from nlp.segment import Segmenter, read_user_dictionary
from nlp.tagger import Label, TaggerSettings
from nlp.taxonomy import Taxonomy, read_taxonomy
from nlp.text import fold_words

_RULES = "5"
_SHORT = 2
_LONE_SCORES = {1: 0.5, 2: 0.6, 3: 0.75}
_LONG_SCORE = 0.85


class InterestTagger:
    """Labels a text with every interest it names, and with none where it names none or is news.

    A seed of at most two characters counts only where no dictionary word reaches over its edges (茶 in 茶几
    is none; 喝咖啡, 咖啡店 and 中秋月饼 are let through), one with Latin letters only where no Latin word
    goes on over its edges (iphone in iphone17 is whole). A phrase that an interest excludes voids the seeds
    it covers (摄影 in 摄影师), else the interest. The trained head adds a first level, without a span, where
    no seed says it and it is sure.
    """

    name = "interests"
    subjects = frozenset({"post", "listing", "board_entry"})

    def __init__(
        self, taxonomy: Taxonomy, gate: NewsGate, words: Segmenter, version: str, head: InterestHead | None
    ) -> None:
        self._codes = taxonomy.codes_by_seed
        self._voids, self._covers = taxonomy.voids_by_code, taxonomy.covers_by_seed
        self._find = compile_phrases(self._codes).search
        self._gate = gate
        self._segmenter = words
        self._head = head
        self.version = f"{version}-{head.version}" if head else version

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Second-level labels in order of appearance, then first-level ones; more seeds, higher score."""
        folded = [fold_words(text) for text in texts]
        named = [self._tag_one(text, first) if (first := self._find(text)) else [] for text in folded]
        return self._add(self._head, folded, named) if self._head else named

    def _add(self, head: InterestHead, texts: Sequence[str], named: list[list[Label]]) -> list[list[Label]]:
        labels = [{each.label for each in row} for row in named]
        for row, code, share in head.find_additions(texts, labels, self._segmenter):
            spared = self._gate.find_spared(texts[row], self._segmenter)
            if spared is None or code in spared:
                named[row].append(Label(code, round(share, 4)))
        return named

    def _tag_one(self, text: str, first: re.Match[str]) -> list[Label]:
        hits = self._find_seeds(text, first)
        if not hits:
            return []
        spared = self._gate.find_spared(text, self._segmenter)
        spans: dict[str, tuple[int, int]] = {}
        seeds: dict[str, set[str]] = {}
        for start, end in hits:
            seed = text[start:end]
            for code in self._codes[seed]:
                if spared is not None and code.partition(".")[0] not in spared:
                    continue
                if any(phrase in text for phrase in self._voids.get(code, ())) or is_covered(
                    text, start, end, self._covers.get((code, seed), ())
                ):
                    continue
                spans.setdefault(code, (start, end))
                seeds.setdefault(code, set()).add(seed)
        labels = [Label(code, score_seeds(seeds[code]), *span) for code, span in spans.items()]
        tops: dict[str, Label] = {}
        for label in labels:
            code = label.label.partition(".")[0]
            if code not in tops or tops[code].score < label.score:
                tops[code] = label._replace(label=code)
        return [label for label in labels if "." in label.label] + list(tops.values())

    def _find_seeds(self, text: str, first: re.Match[str]) -> list[tuple[int, int]]:
        hits: list[tuple[int, int]] = []
        edges: dict[int, tuple[str, str]] | None = None
        match: re.Match[str] | None = first
        while match:
            start, end = match.span()
            counts = not (adjoins_latin if text[start:end].isdigit() else cuts_latin_word)(text, start, end)
            if counts and end - start <= _SHORT:
                edges = find_inner_edges(text, self._segmenter) if edges is None else edges
                counts = names_thing(start, end, edges, self._segmenter, hits[-1][1] if hits else 0)
            if counts:
                hits.append((start, end))
            match = self._find(text, end if counts else start + 1)
        return hits


def score_seeds(seeds: set[str]) -> float:
    """Confidence of an interest: one minus the product of what each distinct seed leaves in doubt."""
    doubt = math.prod(1.0 - _LONE_SCORES.get(len(seed), _LONG_SCORE) for seed in sorted(seeds))
    return round(1.0 - doubt, 4)


def build_tagger(settings: TaggerSettings) -> InterestTagger:
    """The tagger with the shipped taxonomy and head, or with the taxonomy that the settings name alone.

    The head knows the shipped interests only.
    """
    head = None if settings.taxonomy else InterestHead.load(threads=settings.threads)
    return build_lexicon_tagger(settings, head)


def build_lexicon_tagger(settings: TaggerSettings, head: InterestHead | None = None) -> InterestTagger:
    """The tagger with the head given, or by the lexicon alone.

    The user's own words move the edges of words around them, so that they are part of the version.
    """
    taxonomy, gate = read_taxonomy(settings.taxonomy), read_news_gate()
    user_words = read_user_dictionary(settings.user_dictionary)
    version = f"{_RULES}-{taxonomy.version}-{gate.version}"
    if user_words:
        version += f"-{hashlib.sha256(repr(user_words).encode()).hexdigest()[:12]}"
    return InterestTagger(taxonomy, gate, Segmenter(user_words), version, head)
