"""Texts in -> positive, negative or neutral out, with the calibrated probability of that class."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nlp.classifier import Classifier, load_classifier
from nlp.tagger import Label, TaggerSettings
from nlp.text import EMOTE

_WORD = re.compile(r"[^\W_]")


class SentimentTagger:
    """Labels what people write with its sentiment.

    A text without a word gets no label, nor does one whose likeliest class is less likely than asked for.
    """

    name = "sentiment"
    subjects = frozenset({"post"})

    def __init__(self, classifier: Classifier, *, abstain_below: float = 0.0) -> None:
        self._classifier = classifier
        self._abstain_below = abstain_below
        self._classes = classifier.classes("sentiment")
        self.version = classifier.version
        if abstain_below > 0:
            self.version += f"-from-{abstain_below:g}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """The most probable class of each text; the score is NaN where the model gave no usable one."""
        worded = [place for place, text in enumerate(texts) if _WORD.search(EMOTE.sub("", text))]
        labels: list[list[Label]] = [[] for _ in texts]
        if not worded:
            return labels
        probabilities = self._classifier.classify([texts[place] for place in worded])
        for place, row in zip(worded, probabilities, strict=True):
            best = int(np.argmax(row))
            if row[best] < self._abstain_below:
                continue
            labels[place] = [Label(self._classes[best], float(row[best]))]
        return labels


def build_tagger(settings: TaggerSettings) -> SentimentTagger:
    """The sentiment tagger with the shipped encoder, or the model that the settings name."""
    classifier = load_classifier(settings.model_folder, threads=settings.threads)
    return SentimentTagger(classifier, abstain_below=settings.abstain_below)
