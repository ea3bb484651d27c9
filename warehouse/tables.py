"""The contract's records in, the warehouse's own tables out: names, columns, and what one row is."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import NonNegativeInt

from warehouse.columns import Column, describe_columns
from warehouse.derived import (
    ClusterDay,
    ClusterEvent,
    ClusterWord,
    PostCluster,
    TextBands,
    TextGroup,
)
from warehouse.records import (
    Annotation,
    BoardEntry,
    CheckResult,
    CrawlReport,
    Identifier,
    Listing,
    Post,
    Record,
    Rejection,
    RunId,
    Slug,
    Utc,
)


class LoadSequence(Record):
    """Which load brought a row."""

    load_seq: NonNegativeInt
    """Number of the load that brought the row; grows by one with every package."""


class Lineage(Record):
    """What the newest state of a post or listing adds to what its observations show."""

    subject_id: Identifier
    """Key of the row: platform:post_id or platform:listing_id."""
    first_captured_at: Utc
    """When it was first observed (UTC)."""
    observations: NonNegativeInt
    """Number of observations landed."""


class BoardLine(Record):
    """One line of a hot board over all the times it was seen."""

    entry_id: Identifier
    """Key of the row: md5 of platform, board and title."""
    platform: Slug
    """Platform of the board."""
    board: Slug
    """Name of the board."""
    title: str
    """Title as shown."""
    subject_id: Identifier | None = None
    """The platform's id of the line, as last shown; None when none was."""
    url: str | None = None
    """Address the line led to, as last shown."""
    label: str | None = None
    """Badge when last seen; None when there was none."""
    category: str | None = None
    """The platform's own category, as last shown."""
    is_ad: bool | None = None
    """True for a paid line; None when the platform does not say."""
    first_seen_at: Utc
    """When the line was first on the board (UTC)."""
    last_seen_at: Utc
    """When the line was last on the board (UTC)."""
    observations: NonNegativeInt
    """Number of times the line was read off the board."""
    best_rank: int | None = None
    """Best place it had; None when it never had one."""
    last_rank: int | None = None
    """Place when last seen; None for a pinned line."""
    max_heat: float | None = None
    """Highest heat shown, in the platform's own unit; None when never shown."""
    last_heat: float | None = None
    """Heat when last seen; None when not shown."""
    run_id: RunId
    """Run that made the newest observation."""


class LedgerEntry(Record):
    """One landing package that was loaded."""

    source: Slug
    """Source of the package."""
    run_id: RunId
    """Run of the package."""
    load_seq: NonNegativeInt
    """Number of the load."""
    package_sha256: str
    """SHA-256 of the package's report.json, which names the hash of every file."""
    posts: NonNegativeInt
    """Rows added to raw_posts."""
    listings: NonNegativeInt
    """Rows added to raw_listings."""
    board_entries: NonNegativeInt
    """Rows added to raw_board_entries."""
    rejections: NonNegativeInt
    """Rows added to rejections: those of the package and those the load refused."""
    loaded_at: Utc
    """When it was loaded (UTC)."""


class ChangedSubject(Record):
    """One subject whose core row or labels changed since the marts were last built."""

    subject_kind: str
    """post, listing or board_entry."""
    subject_id: Identifier
    """Key of the subject in its core table."""


class QuarantinedPackage(Record):
    """One landing package that could not be loaded as a whole."""

    source: str
    """Source of the package: the folder it lies in."""
    run_id: str
    """Run of the package: the folder it lies in."""
    reason: str
    """Reason as a code, e.g. `file_changed`, `unknown_column`."""
    detail: str
    """What was wrong, in words."""
    seen_at: Utc
    """When it was first seen (UTC)."""


class Publication(Record):
    """The state a published file was made from."""

    publish_seq: NonNegativeInt
    """Number of the publication; the file's name carries it."""
    load_seq: NonNegativeInt
    """Newest load in it; 0 when nothing was loaded."""
    newest_captured_at: Utc | None = None
    """Newest observation in it (UTC); None when there is none."""
    published_at: Utc
    """When the file was made (UTC)."""
    schema_version: NonNegativeInt
    """Version of the tables."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the warehouse."""

    name: str
    row: str
    """What one row is."""
    columns: tuple[Column, ...]
    is_published: bool


def _define(name: str, row: str, *records: type[Record], published: bool = True) -> Table:
    columns = tuple(column for record in records for column in describe_columns(record))
    return Table(name, row, columns, published)


def list_tables() -> tuple[Table, ...]:
    """Every table that the warehouse itself creates; marts are made by warehouse/sql/mart."""
    return (
        _define("raw_posts", "one observation of a post", Post, LoadSequence, published=False),
        _define("raw_listings", "one observation of an offer", Listing, LoadSequence, published=False),
        _define(
            "raw_board_entries",
            "one line of a hot board at one moment",
            BoardEntry,
            LoadSequence,
            published=False,
        ),
        _define(
            "core_posts",
            "one post, each field as newest shown; an empty text or list shows nothing",
            Post,
            Lineage,
        ),
        _define(
            "core_listings",
            "one offer, each field as newest shown; an empty text or list shows nothing",
            Listing,
            Lineage,
        ),
        _define("core_board_entries", "one title on one board, over all its observations", BoardLine),
        _define(
            "core_annotations",
            "one label one tagger gave to one text; newest version of each tagger only",
            Annotation,
        ),
        _define("core_text_groups", "one document with the group of near-duplicates it is in", TextGroup),
        _define(
            "text_bands",
            "one document with keys that its copies share",
            TextBands,
            published=False,
        ),
        _define("core_clusters", "one cluster of posts that are about the same", PostCluster),
        _define("core_cluster_events", "one birth, merge, split, fade or revival", ClusterEvent),
        _define("cluster_words", "one word of one cluster, or of all texts", ClusterWord, published=False),
        _define("cluster_days", "the newest day that clusters know", ClusterDay, published=False),
        _define("crawl_reports", "one run of one source", CrawlReport),
        _define("rejections", "one input that did not become a record", Rejection, LoadSequence),
        _define("check_results", "one outcome of one data-quality check", CheckResult),
        _define("load_ledger", "one landing package that was loaded", LedgerEntry),
        _define(
            "changed_subjects",
            "one change of a subject since the marts were last built",
            ChangedSubject,
            published=False,
        ),
        _define("quarantine", "one landing package that could not be loaded", QuarantinedPackage),
        _define("publication", "the state this file was published from", Publication),
    )
