"""One day of topic tracking -> clusters that are born, merge and split."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from nlp.topic_day import Document, TopicEvent, TrackedDay, bound_nats, count_members
from nlp.topic_mixture import (
    Floats,
    cluster_documents,
    count_words,
    find_neighbours,
    measure_joint_gain,
    score_members,
)
from nlp.topic_state import Cluster
from nlp.topic_words import tabulate_words

LEAST_POSTS = 8
"""Primary posts of a week that make a cluster."""
BIRTH_DAYS = 7
_FOUNDING_SCORE = 2.0
"""Nats by which a new cluster must explain a founding post better than the words of everything do; later
posts join the best cluster that explains them better at all."""
_MOST_FOUND = 200
_MOST_LIVE = 500
_SPLIT_POSTS = 100
_SPLIT_SHARE = 0.25
# A pair must be clearly one to merge and clearly two to split, or clusters would do both by turns.
_SPLIT_GAIN = 100.0
_MERGE_GAIN = 10.0
_SETTLED_DAYS = 14


def find_births(work: TrackedDay, window: Sequence[Document]) -> list[str]:
    """Make clusters of the last week's documents that no cluster took; the ids of those that got posts."""
    since = work.day - timedelta(days=BIRTH_DAYS)
    left = [d for d in window if d.cluster_id is None and d.is_primary and d.words and d.day > since]
    if len(left) < 2 * LEAST_POSTS:
        return []
    left.sort(key=lambda document: (document.day, document.subject_id))
    table = tabulate_words([d.words for d in left], work.space.places, work.space.weights)
    labels = cluster_documents(table, min(_MOST_FOUND, len(left) // 4), work.space.background)
    found = count_words(table, labels, int(labels.max()) + 1)
    scores = score_members(table, labels, found, work.space.background)[np.arange(len(left)), labels]
    changed: list[str] = []
    for number in range(len(found)):
        members = np.flatnonzero((labels == number) & (scores > _FOUNDING_SCORE))
        if len(members) < LEAST_POSTS or 2 * len(members) < int((labels == number).sum()):
            continue
        own = np.asarray(table[members].sum(axis=0), np.float64).ravel()
        founders = [left[at] for at in members.tolist()]
        key = _find_twin(work, own)
        if key is None:
            if len(work.keys) >= _MOST_LIVE:
                continue
            key = make_cluster_id(document.subject_id for document in founders)
            seen = max(document.day for document in founders)
            work.add_cluster(Cluster(key, "", work.day, seen), np.zeros_like(own))
            work.events.append(TopicEvent(work.day, key, "birth", None, len(founders)))
        for at, document in zip(members.tolist(), founders, strict=True):
            document.cluster_id, document.score = key, bound_nats(float(scores[at]))
        count_members(work, founders)
        changed.append(key)
    return list(dict.fromkeys(changed))


def _find_twin(work: TrackedDay, own: Floats) -> str | None:
    """The cluster that is likelier the same as words found anew than another."""
    if not work.keys:
        return None
    places = find_neighbours(np.vstack([work.counts, own[None]]), work.space.background, 3)[-1]
    gains = [
        (measure_joint_gain(work.counts[at], own, work.space.background), work.keys[at])
        for at in places.tolist()
    ]
    gain, key = max(gains)
    return key if gain > 0 else None


def merge_alike(work: TrackedDay) -> None:
    """Join clusters of which the data say that they are one; the larger goes on."""
    while len(work.keys) > 1:
        neighbours = find_neighbours(work.counts, work.space.background, 2)
        pairs = {tuple(sorted((at, other))) for at, row in enumerate(neighbours.tolist()) for other in row}
        gains = [
            (measure_joint_gain(work.counts[one], work.counts[other], work.space.background), one, other)
            for one, other in sorted(pairs)
        ]
        gain, one, other = max(gains)
        if gain <= _MERGE_GAIN:
            return
        heavier = work.counts[one].sum() >= work.counts[other].sum()
        keep, gone = (one, other) if heavier else (other, one)
        key, lost = work.keys[keep], work.keys[gone]
        work.counts[keep] += work.counts[gone]
        ended = work.state.clusters[lost]
        kept = work.state.clusters[key]
        work.replace_cluster(
            key, n_posts=kept.n_posts + ended.n_posts, seen_on=max(kept.seen_on, ended.seen_on)
        )
        work.replace_cluster(lost, fate="merged", successor=key)
        work.events.append(TopicEvent(work.day, lost, "merge", key, ended.n_posts))
        work.drop_cluster(lost)


def split_broad(work: TrackedDay, window: Sequence[Document]) -> None:
    """Take apart clusters whose recent posts fall into several; the largest part keeps the id."""
    for key in list(work.keys):
        own = [d for d in window if d.cluster_id == key and d.is_primary and d.words]
        settled = work.day - work.state.clusters[key].born_on >= timedelta(days=_SETTLED_DAYS)
        if len(own) < _SPLIT_POSTS or not settled:
            continue
        table = tabulate_words([d.words for d in own], work.space.places, work.space.weights)
        labels = cluster_documents(table, 6, work.space.background)
        sizes = np.bincount(labels)
        parts = count_words(table, labels, len(sizes))
        large = [
            at for at in np.argsort(-sizes, kind="stable").tolist() if sizes[at] >= _SPLIT_SHARE * len(own)
        ]
        for at in large[1:]:
            gain = -measure_joint_gain(parts[large[0]], parts[at], work.space.background)
            if gain < _SPLIT_GAIN:
                continue
            members = [own[place] for place in np.flatnonzero(labels == at).tolist()]
            child = make_cluster_id(document.subject_id for document in members)
            work.add_cluster(
                Cluster(child, "", work.day, max(d.day for d in members)), np.zeros_like(parts[at])
            )
            for document in members:
                document.cluster_id = child
            count_members(work, members)
            place = work.keys.index(key)
            work.counts[place] = np.maximum(work.counts[place] - work.counts[-1], 0.0)
            cluster = work.state.clusters[key]
            work.replace_cluster(key, n_posts=max(0, cluster.n_posts - len(members)))
            work.events.append(TopicEvent(work.day, child, "split", key, len(members)))


def make_cluster_id(founders: Iterator[str]) -> str:
    """Ten hex digits made from the keys of the founding posts."""
    return hashlib.sha256("\n".join(sorted(founders)).encode()).hexdigest()[:10]
