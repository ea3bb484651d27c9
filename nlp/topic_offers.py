"""Clusters of posts and titles of offers in -> the cluster that each title is about, or none, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nlp.topic_day import bound_nats
from nlp.topic_mixture import score_documents
from nlp.topic_state import TopicState, open_word_space
from nlp.topic_words import tabulate_words

_TITLES_AT_ONCE = 5_000
"""Bounds the array [titles, clusters]."""


class OfferPlace(NamedTuple):
    """The cluster of one offer and how well it explains the title, 0 to 1; None where none does."""

    cluster_id: str | None
    score: float


def place_offers(
    state: TopicState, titles: Sequence[Sequence[str]], weigh: Callable[[str], float]
) -> list[OfferPlace]:
    """The best cluster of each title (its words), by the rule by which posts join.

    Offers neither make clusters nor teach them words: what is sold must not change what people talk of.
    """
    keys = state.list_matchable()
    if not keys:
        return [OfferPlace(None, 0.0)] * len(titles)
    space = open_word_space(state, {word: weigh(word) for words in titles for word in words})
    counts = np.stack([space.count(state.words[key]) for key in keys])
    places: list[OfferPlace] = []
    for start in range(0, len(titles), _TITLES_AT_ONCE):
        some = [tuple(words) for words in titles[start : start + _TITLES_AT_ONCE]]
        table = tabulate_words(some, space.places, space.weights)
        scores = score_documents(table, counts, space.background)
        for row, best in zip(scores, scores.argmax(axis=1).tolist(), strict=True):
            nats = float(row[best])
            places.append(OfferPlace(keys[best], bound_nats(nats)) if nats > 0 else OfferPlace(None, 0.0))
    return places
