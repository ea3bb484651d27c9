"""Texts in -> what the writer is up to out: A, I, P or L by the highest cue, and DROP, with its span."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.cue_scope import Hit
from nlp.cues import DECIDES, STAGES, CueLadder, read_cues
from nlp.promotion_mask import PromotionMask
from nlp.tagger import Label, TaggerSettings
from nlp.text import fold_words

_RULES = "5"
_LADDER = STAGES[:4]


class IntentTagger:
    """Labels what people write with the highest stage of the ladder it shows, and with DROP beside it.

    Sellers' copy gets no stage: it speaks of the buyer that is wanted, not of one.
    """

    name = "intent"
    subjects = frozenset({"post"})

    def __init__(self, ladder: CueLadder, mask: PromotionMask, version: str) -> None:
        self._ladder = ladder
        self._mask = mask
        self.version = f"{_RULES}-{version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """At most one stage of the ladder and one DROP for each text."""
        return [self._tag_one(fold_words(text)) for text in texts]

    def _tag_one(self, text: str) -> list[Label]:
        hits = list(self._ladder.find_cues(text))
        if not hits or self._mask.find_promotion(text):
            return []
        labels = []
        for stages in (_LADDER[::-1], ("DROP",)):
            for stage in stages:
                found = [hit for hit in hits if hit.stage == stage]
                if decides(found):
                    best = max(found, key=lambda hit: (hit.score, -hit.start))
                    labels.append(Label(stage, max(best.score, DECIDES), best.start, best.end))
                    break
        return labels


def decides(hits: Sequence[Hit]) -> bool:
    """Whether cues of one stage are enough: one that decides alone, or two weak ones."""
    return any(hit.score >= DECIDES for hit in hits) or len(hits) > 1


def build_tagger(settings: TaggerSettings) -> IntentTagger:
    """The intent tagger with the shipped cues or those the settings name."""
    return IntentTagger(*read_cues(settings.cues))
