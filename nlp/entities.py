"""Texts in -> the entities they name out: listed ones by the gazetteer, the rest by the trained labeller."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from nlp.entity_labeller import EntityLabeller, Span
from nlp.gazetteer import KINDS, Gazetteer, Mention, load_gazetteer
from nlp.segment import Segmenter
from nlp.text import fold_words

LONGEST_TITLE = 80
"""Longest text the labeller reads: it was trained on titles, and a long comment is none."""
_LEAST_SURE = 0.8
"""An everyday word counts as a brand without a word of its context when the labeller is this sure."""


class Named(NamedTuple):
    """One entity named in a text."""

    span: Span
    entity_id: str
    """The listed name; for an entity that is not listed, what the text says in lower case."""
    is_listed: bool


class EntityRecogniser:
    """Finds and links entities; the same text gets the same entities whatever the batch."""

    def __init__(
        self, gazetteer: Gazetteer, labeller: EntityLabeller, segmenter: Segmenter, threads: int = 1
    ) -> None:
        self.gazetteer = gazetteer
        self.labeller = labeller
        self.version = f"{gazetteer.version}-{labeller.version}"
        self._segmenter = segmenter
        self._threads = threads

    def recognise(self, texts: Sequence[str], longest: int = LONGEST_TITLE) -> list[list[Named]]:
        """Entities of each normalised text in order; of one over `longest` characters only listed ones."""
        folded = [fold_words(text) for text in texts]
        mentions = [self.gazetteer.find_mentions(text) for text in folded]
        short = [place for place, text in enumerate(folded) if 0 < len(text) <= longest]
        labelled = self.labeller.label(
            [folded[place] for place in short],
            [mentions[place] for place in short],
            self._segmenter,
            self._threads,
        )
        spans: list[list[Span]] = [[] for _ in texts]
        for place, found in zip(short, labelled, strict=True):
            spans[place] = found
        return [
            self._link(text, found, listed)
            for text, found, listed in zip(folded, spans, mentions, strict=True)
        ]

    def _link(self, text: str, spans: Sequence[Span], mentions: Sequence[Mention]) -> list[Named]:
        """Labelled spans with ids, and the listed names that no span of a name touches.

        A listed name inside a product (`华为手机壳`) stands beside it. The list says whether a sure name is a
        brand or an IP.
        """
        if not spans and not mentions:
            return []
        spans = [span for span in spans if not self._cuts_name(span, text, mentions)]
        named = []
        taken = [(span.start, span.end) for span in spans if span.kind in KINDS]
        for span in spans:
            surface = text[span.start : span.end]
            entity = self.gazetteer.find_entity(surface)
            listed = next((each for each in mentions if each[:2] == span[:2]), None)
            if listed is not None and listed.is_sure and span.kind in KINDS:
                span = span._replace(kind=listed.entity.kind)
            if entity is not None and entity.kind == span.kind:
                if listed is not None and listed.is_denied:
                    continue
                # what the list refused here, as a name that runs into another word, needs a sure labeller
                if (listed is not None and listed.is_sure) or span.score >= _LEAST_SURE:
                    named.append(Named(span, entity.entity_id, True))
                    continue
            named.append(Named(span, surface.strip(), False))
        for start, end, entity, is_sure, _ in mentions:
            if is_sure and all(end <= begin or start >= past for begin, past in taken):
                named.append(Named(Span(start, end, entity.kind), entity.entity_id, True))
        return sorted(named, key=lambda each: each.span[:2])

    def _cuts_name(self, span: Span, text: str, mentions: Sequence[Mention]) -> bool:
        """Whether a span of a name runs across a sure listed one, and is not a longer listed name itself."""
        if span.kind not in KINDS:
            return False
        crossed = [
            each
            for each in mentions
            if each.is_sure and span.end > each.start and span.start < each.end and each[:2] != span[:2]
        ]
        holds_all = all(span.start <= each.start and each.end <= span.end for each in crossed)
        is_longer_name = holds_all and self.gazetteer.find_entity(text[span.start : span.end]) is not None
        return bool(crossed) and not is_longer_name


def load_recogniser(user_entities: Path | None = None, threads: int = 1) -> EntityRecogniser:
    """The recogniser with the shipped sets and model, and the user's own sets before them.

    The labeller was trained on the shipped segmentation, so the user dictionary is not read here.
    """
    segmenter = Segmenter()
    gazetteer = load_gazetteer(user_entities, segmenter)
    return EntityRecogniser(gazetteer, EntityLabeller.load(), segmenter, threads)
