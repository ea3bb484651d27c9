"""The words and texts of a cluster in -> a label that a person can read out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text
from nlp.topic_words import TopicWordFinder

_CANDIDATES = 12
_TEXTS = 300
_BOUND = 0.5
_COVERED = 0.7
_LONGEST = 14


def label_cluster(
    words: Mapping[str, float],
    everything: Mapping[str, float],
    texts: Sequence[str],
    segmenter: Segmenter,
    finder: TopicWordFinder,
) -> str:
    """A keyphrase of a cluster: its most telling word, with the neighbour it mostly stands beside.

    words, everything: word weights of the cluster and of all documents; texts: raw texts of its posts.
    A second keyphrase follows, after a dot, when the first is in less than 70 % of the posts.
    """
    ranked = [word for word in rank_words(words, everything) if finder.weigh(word) == 1.0][:_CANDIDATES]
    ranked = ranked or rank_words(words, everything)[:1]
    if not ranked:
        return ""
    cut = [segmenter.segment(fold_case(normalise_text(text).text)) for text in texts[:_TEXTS]]
    first = _widen(ranked[0], cut, finder)
    joined = ["".join(text) for text in cut]
    rest = [text for text in joined if first not in text]
    if len(rest) <= (1 - _COVERED) * len(joined):
        return first
    second = next((word for word in ranked[1:] if word not in first and first not in word), None)
    if second is None:
        return first
    widened = _widen(second, cut, finder)
    return f"{first}·{second if first in widened or widened in first else widened}"


def rank_words(words: Mapping[str, float], everything: Mapping[str, float]) -> list[str]:
    """Words by their part in the divergence from all documents (c ln (p / q)), most telling first."""
    total, whole = sum(words.values()) or 1.0, sum(everything.values()) or 1.0
    scores = {
        word: weight * math.log((weight / total) / (max(everything.get(word, 0.0), weight) / whole))
        for word, weight in words.items()
    }
    return sorted(scores, key=lambda word: (-scores[word], word))


def _widen(word: str, texts: Sequence[Sequence[str]], finder: TopicWordFinder) -> str:
    """The word with the word beside it where they stand together in most of the texts."""
    beside: Counter[str] = Counter()
    seen = 0
    for text in texts:
        if word not in text:
            continue
        seen += 1
        place = text.index(word)
        if place and finder.weigh(text[place - 1]):
            beside[text[place - 1] + word] += 1
        if place + 1 < len(text) and finder.weigh(text[place + 1]):
            beside[word + text[place + 1]] += 1
    if not beside:
        return word
    phrase, times = min(beside.items(), key=lambda entry: (-entry[1], entry[0]))
    return phrase if times >= 2 and times > _BOUND * seen and len(phrase) <= _LONGEST else word
