"""What the stages after loading keep: groups of near-duplicates, and clusters of posts with their history."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import NonNegativeInt

from warehouse.records import Identifier, Record, Slug


class TextGroup(Record):
    """One document and the group of near-duplicates that it is in."""

    subject_kind: Literal["post", "board_entry"]
    """post or board_entry."""
    subject_id: Identifier
    """Key of the document."""
    platform: Slug
    """Platform of the document; groups do not reach over platforms."""
    dup_group_id: Identifier
    """Key of the first document of the group; the document's own where nothing is like it."""
    is_primary: bool
    """True for the first document of its group."""


class TextBands(Record):
    """The keys by which near-duplicates of one document are found."""

    subject_kind: Literal["post", "board_entry"]
    """post or board_entry."""
    subject_id: Identifier
    """Key of the document."""
    platform: Slug
    """Platform of the document."""
    day: date
    """Day the document was published or first seen (Asia/Shanghai)."""
    bands: tuple[int, ...]
    """Keys of its exact words and of the 32 bands of its MinHash."""


class PostCluster(Record):
    """One cluster of posts that are about the same."""

    cluster_id: Identifier
    """Made from the keys of the posts it was born with; never changed, never given twice."""
    label: str
    """Keyphrase that names it."""
    born_on: date
    """Day it was found (Asia/Shanghai)."""
    seen_on: date
    """Newest day with a post."""
    fate: Literal["live", "faded", "merged"]
    """live; faded, without a post for two weeks; merged, gone into its successor."""
    successor: Identifier | None = None
    """Cluster it went into; None while it is its own."""
    n_posts: NonNegativeInt
    """Primary documents that joined it."""
    exemplars: tuple[Identifier, ...]
    """Keys of the documents that speak for it, best first."""


class ClusterWord(Record):
    """What one word weighs in one cluster."""

    cluster_id: str
    """Cluster; empty for all documents together."""
    word: str
    """The word; empty for the number of documents."""
    weight: float
    """Documents that have the word, those of earlier days counting 3 % less a day."""


class ClusterEvent(Record):
    """One thing that happened to one cluster."""

    day: date
    """Day it was noticed (Asia/Shanghai)."""
    cluster_id: Identifier
    """Cluster it happened to."""
    event: Literal["birth", "merge", "split", "fade", "revival"]
    """birth, merge, split (it came out of another), fade, revival."""
    other_id: Identifier | None = None
    """merge: the cluster that goes on; split: the cluster it came from."""
    n_posts: NonNegativeInt
    """Primary documents it had then; for a revival those that revived it."""


class ClusterDay(Record):
    """The newest day that clusters were brought up to."""

    day: date
    """Day (Asia/Shanghai)."""
