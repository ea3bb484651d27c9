"""What is known of clusters of posts between two days: clusters, their words, and the words of everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pyarrow as pa

from nlp.topic_mixture import Background, Floats, make_background

EVERYTHING = ""
"""Cluster id of the rows of the word table that count all documents."""
_MOST_WORDS = 60_000
_MOST_CLUSTER_WORDS = 400
_LEAST_WEIGHT = 0.05

CLUSTER_SCHEMA = pa.schema(
    [
        pa.field("cluster_id", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("born_on", pa.date32(), nullable=False),
        pa.field("seen_on", pa.date32(), nullable=False),
        pa.field("fate", pa.string(), nullable=False),
        pa.field("successor", pa.string()),
        pa.field("n_posts", pa.int64(), nullable=False),
        pa.field("exemplars", pa.list_(pa.string()), nullable=False),
    ]
)
"""One row per cluster; fate is live, faded or merged, successor the cluster it went into."""
WORD_SCHEMA = pa.schema(
    [
        pa.field("cluster_id", pa.string(), nullable=False),
        pa.field("word", pa.string(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
    ]
)
"""One row per cluster and word, and one per word of all documents (cluster_id empty); weights fade daily."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster of posts that is about the same."""

    cluster_id: str
    """Made from the posts it was born with; never given twice, never changed."""
    label: str
    born_on: date
    seen_on: date
    """Newest day with a post."""
    fate: str = "live"
    """live, faded (no post for a while), merged (see successor)."""
    successor: str | None = None
    n_posts: int = 0
    """Primary posts so far."""
    exemplars: tuple[str, ...] = ()
    """Keys of the posts that speak for it, best first."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """All clusters with the words they are known by."""

    clusters: Mapping[str, Cluster] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Faded word weights of each live or faded cluster."""
    everything: Mapping[str, float] = field(default_factory=dict)
    """Faded word weights of all documents."""
    documents: float = 0.0
    """Faded number of documents behind `everything`."""
    newest_day: date | None = None

    def fade(self, day: date, daily: float) -> TopicState:
        """The state as of a later day: a word weighs `daily` as much with each day that passed."""
        if self.newest_day is None or day <= self.newest_day:
            return replace(self, newest_day=max(day, self.newest_day or day))
        factor = daily ** (day - self.newest_day).days
        return TopicState(
            self.clusters,
            {key: _scale(words, factor) for key, words in self.words.items()},
            _scale(self.everything, factor),
            self.documents * factor,
            day,
        )

    def list_matchable(self) -> list[str]:
        """Ids of the clusters that posts can join, in a fixed order."""
        return sorted(self.words)


@dataclass(frozen=True, slots=True)
class WordSpace:
    """Words with their places in the arrays of one day."""

    places: Mapping[str, int]
    weights: Mapping[str, float]
    background: Background

    def count(self, words: Mapping[str, float]) -> Floats:
        """Weights as an array [words]."""
        row = np.zeros(max(1, len(self.places)))
        for word, weight in words.items():
            place = self.places.get(word)
            if place is not None:
                row[place] = weight
        return row

    def name(self, row: Floats) -> dict[str, float]:
        """The words of an array [words] that count, heaviest first and not too many."""
        names = list(self.places)
        used = np.flatnonzero(row > _LEAST_WEIGHT)
        ordered = used[np.argsort(-row[used], kind="stable")][:_MOST_CLUSTER_WORDS]
        return {names[place]: float(row[place]) for place in ordered.tolist()}


def open_word_space(state: TopicState, weights: Mapping[str, float]) -> WordSpace:
    """Places for the words of everything; `weights` says how much each counts."""
    names = sorted(state.everything)
    totals = np.asarray([state.everything[name] for name in names] or [1.0])
    background = make_background(totals, state.documents)
    return WordSpace({name: place for place, name in enumerate(names)}, weights, background)


def add_words(
    words: Mapping[str, float], documents: Iterable[Iterable[tuple[str, float]]]
) -> dict[str, float]:
    """Word weights with those of more documents; the lightest go when there are too many."""
    summed = dict(words)
    for document in documents:
        for word, weight in document:
            summed[word] = summed.get(word, 0.0) + weight
    if len(summed) <= _MOST_WORDS:
        return summed
    kept = sorted(summed.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST_WORDS]
    return dict(kept)


def tabulate_state(state: TopicState) -> tuple[pa.Table, pa.Table]:
    """The state as tables of CLUSTER_SCHEMA and WORD_SCHEMA."""
    clusters = pa.Table.from_pylist(
        [
            {name: getattr(cluster, name) for name in CLUSTER_SCHEMA.names}
            for _, cluster in sorted(state.clusters.items())
        ],
        schema=CLUSTER_SCHEMA,
    )
    rows = [(EVERYTHING, EVERYTHING, state.documents)]
    rows += [(EVERYTHING, word, weight) for word, weight in state.everything.items()]
    rows += [(key, word, weight) for key, words in state.words.items() for word, weight in words.items()]
    keys, words, weights = zip(*sorted(rows), strict=True)
    columns = [pa.array(keys, pa.string()), pa.array(words, pa.string()), pa.array(weights, pa.float64())]
    return clusters, pa.Table.from_arrays(columns, schema=WORD_SCHEMA)


def read_state(clusters: pa.Table, words: pa.Table, newest_day: date | None) -> TopicState:
    """The state of tables that `tabulate_state` made."""
    known = {
        row["cluster_id"]: Cluster(**{**row, "exemplars": tuple(row["exemplars"])})
        for row in clusters.select(CLUSTER_SCHEMA.names).to_pylist()
    }
    by_cluster: dict[str, dict[str, float]] = {}
    for row in words.to_pylist():
        by_cluster.setdefault(row["cluster_id"], {})[row["word"]] = row["weight"]
    everything = by_cluster.pop(EVERYTHING, {})
    documents = everything.pop(EVERYTHING, 0.0)
    return TopicState(known, by_cluster, everything, documents, newest_day)


def _scale(words: Mapping[str, float], factor: float) -> dict[str, float]:
    return {word: weight * factor for word, weight in words.items() if weight * factor > _LEAST_WEIGHT}
