"""Texts in -> which are sellers' copy out, with the phrase that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.cues import read_cues
from nlp.promotion_mask import PromotionMask
from nlp.tagger import Label, TaggerSettings
from nlp.text import fold_case

_RULES = "3"


class PromotionTagger:
    """Labels texts that sell: they count as spread, not as what people think."""

    name = "promotion"
    subjects = frozenset({"post"})

    def __init__(self, mask: PromotionMask, version: str) -> None:
        self._mask = mask
        self.version = f"{_RULES}-{version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """`promotional` with the first phrase that shows it, or nothing."""
        found = (self._mask.find_promotion(fold_case(text)) for text in texts)
        return [[Label(*hit)] if hit else [] for hit in found]


def build_tagger(settings: TaggerSettings) -> PromotionTagger:
    """The promotion tagger with the shipped cues or those the settings name."""
    _, mask, version = read_cues(settings.cues)
    return PromotionTagger(mask, version)
