"""Texts in -> the aspects they judge out, with polarity and span: the lexicon and a linear model together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from nlp.aspects import ASPECTS, POLARITIES, AspectLexicon, Opinion, read_aspects
from nlp.calibration import softmax
from nlp.errors import ModelError
from nlp.linear import LinearModel
from nlp.model_files import read_model_files, write_manifest, write_tensors
from nlp.text import fold_words

SHIPPED_READER = Path(__file__).parent / "aspect_model"
WEIGHTS_FILE = "reader.safetensors"
_PARTS = ("presence", "polarity", "mood")
_LEAST_SHARE = 1e-3
_OWN_CLAUSES, _NEXT_CLAUSE, _WHOLE_TEXT = "\x04", "\x05", "\x06"
_PLAIN, _PLAIN_TRUST = 6, 2.5
"""Characters of a clause that is little more than its phrase (价格不贵), and what the phrase adds there.

Elsewhere a phrase that judges adds nothing of its own: half a point of margin there cost two hundredths of
the accuracy on cars and half of one on restaurants, in five folds of the training and validation texts.
"""
_MARKS = 0xE000
"""Private characters that tell the linear model what the lexicon found."""


class JudgedAspect(NamedTuple):
    """One aspect that a text speaks of."""

    aspect: str
    polarity: str
    score: float
    """Probability that the text speaks of it, times that of the polarity."""
    start: int | None
    """First character of what says it; None when no phrase of the lexicon does."""
    end: int | None


@dataclass(frozen=True)
class AspectReader:
    """The lexicon finds and places; the linear model weighs what the words around say."""

    lexicon: AspectLexicon
    presence: LinearModel
    """A margin for each aspect, over the characters of the text."""
    lift: NDArray[np.float32]
    """What a phrase of the lexicon adds to the margin of its aspect [aspects, aspects]."""
    polarity: LinearModel
    """A margin for each polarity, over the clauses that speak of the aspect."""
    mood: LinearModel
    """A margin for each polarity of a whole text, learnt from reviews and comments of any trade."""
    mood_lift: NDArray[np.float32]
    """What the mood of the clauses and of the text adds to the margins [2 * polarities, polarities]."""
    thresholds: NDArray[np.float32]
    """Probability from which an aspect is spoken of: judged by a phrase, only named, neither [3, aspects]."""
    version: str

    @classmethod
    def load(cls, folder: Path | None = None) -> AspectReader:
        """Read and verify a model folder, the shipped one by default; ModelError says what is wrong."""
        files = read_model_files(folder or SHIPPED_READER)
        lexicon = read_aspects()
        try:
            tensors = load_tensors(files.content[WEIGHTS_FILE])
            presence, polarity, mood = (
                LinearModel.from_tensors(
                    {
                        name.removeprefix(f"{part}."): value
                        for name, value in tensors.items()
                        if name.startswith(part)
                    }
                )
                for part in _PARTS
            )
            lift, thresholds = tensors["lift"], tensors["thresholds"]
            mood_lift = tensors["mood_lift"]
        except (KeyError, ValueError, SafetensorError) as error:
            raise ModelError(f"the model in {folder or SHIPPED_READER} cannot be used: {error}") from error
        version = f"{files.name}-{files.digest[:12]}-{lexicon.version}"
        return cls(lexicon, presence, lift, polarity, mood, mood_lift, thresholds, version)

    def save(self, folder: Path, name: str) -> None:
        """Write the model and its manifest."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            f"{part}.{key}": value
            for part, model in zip(_PARTS, (self.presence, self.polarity, self.mood), strict=True)
            for key, value in model.to_tensors().items()
        }
        tensors |= {"lift": self.lift, "mood_lift": self.mood_lift, "thresholds": self.thresholds}
        write_tensors(folder / WEIGHTS_FILE, tensors)
        write_manifest(folder, name, [WEIGHTS_FILE])

    def read(self, texts: Sequence[str]) -> list[list[JudgedAspect]]:
        """Aspects of each normalised text, in the order of ASPECTS."""
        if not texts:
            return []
        folded = [fold_words(text) for text in texts]
        opinions = [self.lexicon.find_opinions(text) for text in folded]
        presence = self.estimate_presence(folded, opinions)
        pairs = [
            (int(row), ASPECTS[column])
            for row, column in np.argwhere(presence >= self.choose_thresholds(opinions))
        ]
        polarities = self.estimate_polarity(folded, opinions, pairs)
        judged: list[list[JudgedAspect]] = [[] for _ in texts]
        for (row, aspect), shares in zip(pairs, polarities, strict=True):
            best = int(shares.argmax())
            score = float(presence[row, ASPECTS.index(aspect)] * shares[best])
            start, end = _place(opinions[row], aspect, POLARITIES[best])
            judged[row].append(JudgedAspect(aspect, POLARITIES[best], round(score, 4), start, end))
        return judged

    def estimate_presence(
        self, folded: Sequence[str], opinions: Sequence[Sequence[Opinion]]
    ) -> NDArray[np.float64]:
        """Probability that each text speaks of each aspect [texts, aspects]."""
        margins = self.presence.score(folded) + mark_found(opinions) @ self.lift.T
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        return shares

    def choose_thresholds(self, opinions: Sequence[Sequence[Opinion]]) -> NDArray[np.float32]:
        """Least probability for each text and aspect [texts, aspects].

        A phrase that judges the delivery is enough: from restaurants the model knows it as the wait for a
        table. Of 402 such phrases in product reviews it let 284 go, nine in ten of the review's polarity.
        """
        said = mark_found([[opinion for opinion in each if opinion.is_said] for each in opinions])
        judged, named, neither = self.thresholds
        chosen: NDArray[np.float32] = np.where(said, judged, np.where(mark_found(opinions), named, neither))
        plain = mark_found([[each for each in found if each.is_plain] for found in opinions])
        delivery = ASPECTS.index("delivery")
        chosen[plain[:, delivery] > 0, delivery] = 0
        return chosen

    def estimate_polarity(
        self,
        folded: Sequence[str],
        opinions: Sequence[Sequence[Opinion]],
        pairs: Sequence[tuple[int, str]],
    ) -> NDArray[np.float64]:
        """Probability of each polarity for pairs of text and aspect [pairs, polarities]."""
        if not pairs:
            return np.zeros((0, len(POLARITIES)))
        contexts = [cut_context(self.lexicon, folded[row], opinions[row], aspect) for row, aspect in pairs]
        margins = self.polarity.score(contexts)
        # A matrix product may round differently for other batch sizes; einsum adds up each row by itself.
        moods = measure_moods(self.mood, contexts, [folded[row] for row, _ in pairs])
        margins += np.einsum("pm,mc->pc", moods, self.mood_lift.astype(np.float64))
        for place, (row, aspect) in enumerate(pairs):
            own = [each for each in opinions[row] if each.aspect == aspect]
            sign = _sum_signs([each for each in own if each.is_said])
            is_plain = sign and len(contexts[place].partition(_OWN_CLAUSES)[2]) <= _PLAIN
            # the words of a fault that is denied or feared weigh as a fault
            if is_plain or any(each.is_turned for each in own):
                margins[place, 1 + sign] += _PLAIN_TRUST
        return softmax(margins)


def measure_moods(mood: LinearModel, contexts: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """Log-probabilities of the polarities of the clauses and of the whole text [pairs, 2 * polarities]."""
    clauses = [
        context.partition(_OWN_CLAUSES)[2] or text for context, text in zip(contexts, texts, strict=True)
    ]
    both = [np.log(np.maximum(softmax(mood.score(each)), _LEAST_SHARE)) for each in (clauses, texts)]
    return np.concatenate(both, axis=1)


def load_aspect_reader(folder: Path | None = None) -> AspectReader:
    """The shipped reader, or that of a folder."""
    return AspectReader.load(folder)


def mark_found(opinions: Sequence[Sequence[Opinion]]) -> NDArray[np.float32]:
    """1 where the lexicon finds an aspect in a text [texts, aspects]."""
    found = np.zeros((len(opinions), len(ASPECTS)), np.float32)
    for row, each in enumerate(opinions):
        for opinion in each:
            found[row, ASPECTS.index(opinion.aspect)] = 1
    return found


def cut_context(lexicon: AspectLexicon, text: str, opinions: Sequence[Opinion], aspect: str) -> str:
    """The clauses that speak of an aspect, headed by what the lexicon makes of them; else the whole text."""
    own = [opinion for opinion in opinions if opinion.aspect == aspect]
    marks = "".join(
        chr(_MARKS + 2 * POLARITIES.index(opinion.polarity) + opinion.is_said) for opinion in own[:4]
    )
    marks += chr(_MARKS + 16 + _sum_signs(own)) + chr(_MARKS + 32 + ASPECTS.index(aspect))
    if not own:
        return f"{marks}{_WHOLE_TEXT}{text}"
    clauses = (
        text[start:end]
        for start, end in lexicon.split_clauses(text)
        if any(start <= opinion.start < end for opinion in own)
    )
    return f"{marks}{_OWN_CLAUSES}{_NEXT_CLAUSE.join(clauses)}"


def _sum_signs(opinions: Sequence[Opinion]) -> int:
    total = sum(POLARITIES.index(opinion.polarity) - 1 for opinion in opinions)
    return (total > 0) - (total < 0)


def _place(opinions: Sequence[Opinion], aspect: str, polarity: str) -> tuple[int | None, int | None]:
    own = [opinion for opinion in opinions if opinion.aspect == aspect]
    agreeing = [opinion for opinion in own if opinion.polarity == polarity and opinion.is_said] or own
    return (agreeing[0].start, agreeing[0].end) if agreeing else (None, None)
