"""Yesterday's clusters and a day's documents in -> today's clusters, their posts and their events out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from nlp.topic_changes import find_births, merge_alike, split_broad
from nlp.topic_day import DAILY_WEIGHT, Document, TopicEvent, TrackedDay, join_clusters
from nlp.topic_state import TopicState, add_words, open_word_space
from nlp.topic_words import INTEREST

Labeller = Callable[[TopicState, str, Sequence[str]], str]

FADE_DAYS = 14
FORGET_DAYS = 120
WINDOW_DAYS = 56
_EXEMPLARS = 3


def track_day(
    state: TopicState,
    day: date,
    window: Sequence[Document],
    weigh: Callable[[str], float],
    label: Labeller,
) -> tuple[TopicState, list[TopicEvent]]:
    """Bring clusters up to the end of a day; documents of the window get or change their cluster in place.

    window: documents of the last WINDOW_DAYS up to `day`, those of earlier days with the cluster they have.
    First the day's posts join the clusters that explain them best, and so do those of the window that are
    about an interest and that nobody took; of what is left of the last week new ones are made, which then may
    take older posts that nobody took; clusters that became alike merge, broad ones split, silent ones fade. A
    document once in a cluster stays there unless it splits or merges.
    The same state and documents give the same result, and ids depend on nothing but the founding posts.
    """
    fresh = [document for document in window if document.is_new]
    primary = [document for document in fresh if document.is_primary]
    state = state.fade(day, DAILY_WEIGHT)
    state = replace(
        state,
        everything=add_words(state.everything, ([(w, weigh(w)) for w in d.words] for d in primary)),
        documents=state.documents + len(primary),
    )
    weights = {word: weigh(word) for document in window for word in document.words}
    space = open_word_space(state, weights)
    keys = state.list_matchable()
    counts = np.stack(
        [space.count(state.words[key]) for key in keys] or [np.zeros(len(space.background.rates))]
    )
    work = TrackedDay(state, day, space, keys, counts[: len(keys)])
    join_clusters(work, [*fresh, *_list_waiting(window)], range(len(work.keys)))
    born = find_births(work, window)
    if born:
        waiting = [document for document in window if document.cluster_id is None]
        join_clusters(work, waiting, [work.keys.index(key) for key in born])
    merge_alike(work)
    if day.toordinal() % 7 == 0:
        split_broad(work, window)
    _resolve(work, window)
    _fade_silent(work)
    for document in fresh:
        document.is_new = False
    return _close_day(work, window, label), work.events


def _list_waiting(window: Sequence[Document]) -> list[Document]:
    """Documents about an interest that no cluster took so far: clusters have grown since.

    All that wait, tried again, are mostly names that were in the news for a day; they join by chance.
    """
    waiting = [document for document in window if not document.is_new and document.cluster_id is None]
    return [d for d in waiting if any(word.startswith(INTEREST) for word in d.words)]


def _resolve(work: TrackedDay, window: Sequence[Document]) -> None:
    """Documents of merged clusters go on in the successor."""
    for document in window:
        while document.cluster_id is not None:
            cluster = work.state.clusters[document.cluster_id]
            if cluster.successor is None:
                break
            document.cluster_id = cluster.successor


def _fade_silent(work: TrackedDay) -> None:
    for key in list(work.keys):
        cluster = work.state.clusters[key]
        silent = (work.day - cluster.seen_on).days
        if silent > FADE_DAYS and cluster.fate == "live":
            work.replace_cluster(key, fate="faded")
            work.events.append(TopicEvent(work.day, key, "fade", None, cluster.n_posts))
        if silent > FORGET_DAYS:
            work.drop_cluster(key)


def _close_day(work: TrackedDay, window: Sequence[Document], label: Labeller) -> TopicState:
    """The state at the end of the day, with labels and exemplars of the clusters that changed."""
    words = {key: work.space.name(work.counts[at]) for at, key in enumerate(work.keys)}
    state = replace(work.state, words=words)
    members: dict[str, list[Document]] = {}
    for document in window:
        if document.cluster_id in words and document.is_primary:
            members.setdefault(str(document.cluster_id), []).append(document)
    parents = {event.other_id for event in work.events if event.event in ("merge", "split")}
    clusters = dict(state.clusters)
    for key, own in sorted(members.items()):
        cluster = clusters[key]
        if cluster.seen_on != work.day and cluster.label:
            continue
        best = list(_choose_exemplars(own))
        name = cluster.label
        if not name or key in parents:
            name = label(state, key, [document.text for document in best + own])
        clusters[key] = replace(
            cluster, label=name or cluster.cluster_id, exemplars=tuple(d.subject_id for d in best)
        )
    return replace(state, clusters=clusters)


def _choose_exemplars(own: Sequence[Document]) -> Iterator[Document]:
    """Documents that are most of what the cluster is about, each in other words than those before."""
    # The score is a share made of nats; turned back, it is the same number whether kept or just made.
    ranked = sorted(own, key=lambda d: (-d.score / (1.0 - d.score) / (len(d.words) + 2), d.subject_id))
    said: set[frozenset[str]] = set()
    for document in ranked:
        words = frozenset(document.words)
        if len(said) < _EXEMPLARS and words not in said:
            said.add(words)
            yield document
