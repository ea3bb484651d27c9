"""Texts in -> what they judge and how out: `price:negative`, with the span that says it."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.aspect_reader import AspectReader, load_aspect_reader
from nlp.tagger import Label, TaggerSettings

_RULES = "5"


class AspectTagger:
    """Labels what people write with each aspect it speaks of and the polarity of what it says of it."""

    name = "aspects"
    subjects = frozenset({"post"})

    def __init__(self, reader: AspectReader) -> None:
        self._reader = reader
        self.version = f"{_RULES}-{reader.version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Labels `aspect:polarity`, at most one for each aspect; only where a phrase of the text says it.

        The model's guesses without a phrase are left to `evaluate`: on another trade than it learnt from
        nothing would show for them.
        """
        return [
            [
                Label(f"{judged.aspect}:{judged.polarity}", judged.score, judged.start, judged.end)
                for judged in found
                if judged.start is not None
            ]
            for found in self._reader.read(texts)
        ]


def build_tagger(settings: TaggerSettings) -> AspectTagger:
    """The aspect tagger with the shipped lexicon and model."""
    return AspectTagger(load_aspect_reader())
