"""One day of topic tracking: the clusters that posts can join, and posts that join them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from nlp.topic_mixture import Floats, count_words, score_documents
from nlp.topic_state import Cluster, TopicState, WordSpace
from nlp.topic_words import tabulate_words

TopicEventKind = Literal["birth", "merge", "split", "fade", "revival"]
DAILY_WEIGHT = 0.97
"""What yesterday's words still weigh: half after 23 days."""


@dataclass(slots=True)
class Document:
    """One text of the window; the tracker writes which cluster it joined."""

    subject_id: str
    day: date
    words: tuple[str, ...]
    text: str
    is_primary: bool = True
    """A copy joins the cluster of its words, but makes none."""
    is_new: bool = True
    """False once a day has looked at it, whether a cluster took it or not."""
    cluster_id: str | None = None
    score: float = 0.0
    """How much better the cluster explains it than words of everything do: n / (1 + n) of n nats, 0 to 1."""


class TopicEvent(NamedTuple):
    """One thing that happened to a cluster."""

    day: date
    cluster_id: str
    event: TopicEventKind
    other_id: str | None
    """merge: the cluster that goes on; split: the cluster it came from."""
    n_posts: int


@dataclass(slots=True)
class TrackedDay:
    """One day's work: arrays of the clusters that posts can join."""

    state: TopicState
    day: date
    space: WordSpace
    keys: list[str]
    counts: Floats
    events: list[TopicEvent] = field(default_factory=list)

    def replace_cluster(self, key: str, **changes: object) -> None:
        """Change fields of one cluster."""
        clusters = dict(self.state.clusters)
        clusters[key] = replace(clusters[key], **changes)  # type: ignore[arg-type]
        self.state = replace(self.state, clusters=clusters)

    def add_cluster(self, cluster: Cluster, counts: Floats) -> None:
        """Take up a new cluster."""
        self.state = replace(self.state, clusters={**self.state.clusters, cluster.cluster_id: cluster})
        self.keys.append(cluster.cluster_id)
        self.counts = np.vstack([self.counts, counts[None]])

    def drop_cluster(self, key: str) -> None:
        """Nobody joins it any more."""
        at = self.keys.index(key)
        del self.keys[at]
        self.counts = np.delete(self.counts, at, axis=0)


def bound_nats(nats: float) -> float:
    """Nats of evidence (>= 0) as a share from 0 to 1, which is what the warehouse keeps and gives back."""
    return nats / (1.0 + nats)


def join_clusters(work: TrackedDay, documents: Sequence[Document], places: Sequence[int]) -> None:
    """Documents join the best of some clusters where it explains them well enough."""
    if not documents or not len(places):
        return
    table = tabulate_words([d.words for d in documents], work.space.places, work.space.weights)
    scores = score_documents(table, work.counts[list(places)], work.space.background)
    best = scores.argmax(axis=1)
    for at, document in enumerate(documents):
        score = float(scores[at, best[at]])
        if score > 0:
            document.cluster_id, document.score = work.keys[places[int(best[at])]], bound_nats(score)
    count_members(work, [document for document in documents if document.cluster_id is not None])


def count_members(work: TrackedDay, documents: Sequence[Document]) -> None:
    """Add the words of primary documents to their clusters, and note revivals."""
    chosen = [d for d in documents if d.is_primary and d.cluster_id in work.keys]
    if not chosen:
        return
    table = tabulate_words([d.words for d in chosen], work.space.places, work.space.weights)
    places = np.asarray([work.keys.index(str(d.cluster_id)) for d in chosen])
    # A post of long ago tells a cluster no more than what it still remembers of that day.
    age = np.asarray([DAILY_WEIGHT ** (work.day - d.day).days for d in chosen])
    aged = table.multiply(age[:, None]).tocsr()
    work.counts = work.counts + count_words(aged, places, len(work.keys))
    for key in sorted({str(d.cluster_id) for d in chosen}):
        own = [d for d in chosen if d.cluster_id == key]
        cluster = work.state.clusters[key]
        if cluster.fate == "faded":
            work.events.append(TopicEvent(work.day, key, "revival", None, len(own)))
        work.replace_cluster(
            key,
            fate="live",
            seen_on=max(cluster.seen_on, *(d.day for d in own)),
            n_posts=cluster.n_posts + len(own),
        )
