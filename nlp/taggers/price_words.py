"""Texts of people in -> at what price they look out: budget, premium, below:100, and shortage."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.price_words import PriceWords, read_price_words
from nlp.tagger import Label, TaggerSettings
from nlp.text import fold_case

_RULES = "2"


class PriceWordTagger:
    """Labels the price at which people look for things, and that they cannot get them."""

    name = "price_words"
    subjects = frozenset({"post"})

    def __init__(self, words: PriceWords, version: str) -> None:
        self._words = words
        self.version = f"{_RULES}-{version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Each level at most once for each text, and the first ceiling."""
        return [list(self._words.find_labels(fold_case(text))) for text in texts]


def build_tagger(settings: TaggerSettings) -> PriceWordTagger:
    """The price-word tagger with the shipped words."""
    return PriceWordTagger(*read_price_words())
