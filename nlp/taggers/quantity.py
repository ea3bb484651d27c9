"""Titles of offers in -> how much they hold out, e.g. `1500 ml`, so that prices can be compared by unit."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.quantities import SizeWords, parse_quantity, read_size_words
from nlp.tagger import Label, TaggerSettings
from nlp.text import fold_case

_RULES = "4"


class QuantityTagger:
    """Labels an offer with what its title says it holds; descriptions name other sizes too."""

    name = "quantity"
    subjects = frozenset({"listing"})

    def __init__(self, words: SizeWords, version: str) -> None:
        self._words = words
        self.version = f"{_RULES}-{version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """`AMOUNT UNIT` with its span, or nothing."""
        return [self._tag_one(text) for text in texts]

    def _tag_one(self, text: str) -> list[Label]:
        found = parse_quantity(fold_case(text).partition("\n")[0], self._words)
        return [Label(f"{found.amount:.10g} {found.unit}", 1.0, found.start, found.end)] if found else []


def build_tagger(settings: TaggerSettings) -> QuantityTagger:
    """The quantity tagger with the shipped words."""
    return QuantityTagger(*read_size_words())
