"""A text in lower case in -> the phrase that shows it to be sellers' copy out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.cue_scope import Hit, clause_around


@dataclass(frozen=True, slots=True)
class PromotionMask:
    """Phrases of sellers' copy."""

    strong: re.Pattern[str]
    weak: re.Pattern[str]
    weak_needed: int
    """Different weak phrases that together make a text promotional."""
    campaigns: re.Pattern[str]
    """What merchants tag; it counts beside goods only."""
    goods: re.Pattern[str]
    asked: re.Pattern[str]
    """What people ask or miss; in a clause with it no phrase is a seller's."""
    bought: re.Pattern[str]
    """What only buyers tell; in a text with it no phrase is a seller's."""

    def find_promotion(self, text: str) -> Hit | None:
        """The first phrase that shows a lower-case text to be promotional, or None."""
        hit = self._find_offer(text)
        return None if hit and self.bought.search(text) else hit

    def _find_offer(self, text: str) -> Hit | None:
        match = next(self._find_told(self.strong, text), None)
        if match:
            return Hit("promotional", 0.9, *match.span())
        campaign = self.campaigns.search(text)
        if campaign and self.goods.search(text):
            return Hit("promotional", 0.85, *campaign.span())
        if len(set(self.weak.findall(text))) < self.weak_needed:
            return None
        weak: dict[str, re.Match[str]] = {}
        for found in self._find_told(self.weak, text):
            weak.setdefault(found[0], found)
        if len(weak) < self.weak_needed:
            return None
        first = next(iter(weak.values()))
        return Hit("promotional", min(0.85, 0.5 + 0.05 * len(weak)), *first.span())

    def _find_told(self, phrases: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """Phrases in clauses that do not ask."""
        asks: dict[str, bool] = {}
        for match in phrases.finditer(text):
            clause = clause_around(text, *match.span())
            if clause not in asks:
                asks[clause] = self.asked.search(clause) is not None
            if not asks[clause]:
                yield match
