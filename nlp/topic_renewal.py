"""Clusters and documents of an older version in -> the same clusters, known by today's words, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from nlp.topic_day import DAILY_WEIGHT, Document, TopicEvent, TrackedDay, join_clusters
from nlp.topic_state import TopicState, add_words, open_word_space


def renew_members(
    state: TopicState,
    day: date,
    window: Sequence[Document],
    outdated: Sequence[Document],
    weigh: Callable[[str], float],
) -> tuple[TopicState, list[TopicEvent]]:
    """Let the outdated documents of a window choose among the clusters there are, by today's words.

    Clusters keep their ids, labels and history: what a cluster is about is counted anew from the documents it
    had, then each outdated document joins, in place, the cluster that explains it best or none. A cluster
    without a document in the window keeps the words it had. Documents that no cluster takes are left for
    `track_day`, which may make new clusters of them.
    """
    seen = [document for document in window if not document.is_new]
    known = recount_words(state, day, seen, weigh)
    left = Counter(document.cluster_id for document in outdated if document.is_primary)
    keys = known.list_matchable()
    weights = {word: weigh(word) for document in window for word in document.words}
    space = open_word_space(known, weights)
    counts = np.stack([space.count(known.words[key]) for key in keys] or [np.zeros(0)])
    work = TrackedDay(known, day, space, keys, counts[: len(keys)])
    for document in outdated:
        document.cluster_id, document.score = None, 0.0
    join_clusters(work, outdated, range(len(keys)))
    for key in keys:
        work.replace_cluster(key, n_posts=max(0, work.state.clusters[key].n_posts - left[key]))
    return recount_words(work.state, day, seen, weigh), work.events


def recount_words(
    state: TopicState, day: date, documents: Sequence[Document], weigh: Callable[[str], float]
) -> TopicState:
    """The words of everything and of each cluster, as the primary documents of the window have them today."""
    primary = [document for document in documents if document.is_primary]
    members: dict[str, list[Document]] = {}
    for document in primary:
        if document.cluster_id in state.words:
            members.setdefault(str(document.cluster_id), []).append(document)

    def age(own: Sequence[Document]) -> Iterator[list[tuple[str, float]]]:
        for document in own:
            faded = DAILY_WEIGHT ** (day - document.day).days
            yield [(word, weigh(word) * faded) for word in document.words]

    return replace(
        state,
        words={**state.words, **{key: add_words({}, age(own)) for key, own in sorted(members.items())}},
        everything=add_words({}, age(primary)),
        documents=sum(DAILY_WEIGHT ** (day - document.day).days for document in primary),
    )
