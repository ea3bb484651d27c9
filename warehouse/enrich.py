"""Core rows that today's taggers have not seen out, in batches; tables of annotations in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

import duckdb
import pyarrow as pa

from warehouse.columns import arrow_schema, describe_columns
from warehouse.records import Annotation
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse

STRETCH_ROWS = 200_000
"""Texts held beside the core tables at a time; keeps memory even for tens of millions of posts."""
CHECKPOINT_BYTES = 16 * 1024**2


class TaggerIdentity(Protocol):
    """What the warehouse needs to know of a tagger; `nlp.tagger.Tagger` has it."""

    @property
    def name(self) -> str:
        """Name, as in core_annotations.tagger."""

    @property
    def version(self) -> str:
        """Version; another one makes every subject pending again."""

    @property
    def subjects(self) -> frozenset[str]:
        """Kinds of subject it tags: post, listing, board_entry."""


@dataclass(frozen=True, slots=True)
class PendingBatch:
    """Subjects that lack the same taggers."""

    taggers: tuple[str, ...]
    """Names of the taggers that have not seen them, sorted."""
    subjects: pa.Table
    """Columns subject_kind, subject_id, text."""


@dataclass(frozen=True, slots=True)
class PendingSubjects:
    """The subjects that at least one tagger has not seen, as listed once in the warehouse's connection."""

    groups: tuple[tuple[tuple[str, ...], int, int], ...]
    """The taggers that a group lacks, its first place in the list, and how many it has."""

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(count for _, _, count in self.groups)


def list_pending(warehouse: Warehouse, taggers: Collection[TaggerIdentity]) -> PendingSubjects:
    """List the subjects that at least one of the taggers has not seen in its version."""
    with warehouse.transaction() as connection:
        _make_list(connection, taggers)
        groups = connection.execute(
            "select taggers, min(position), count(*) from pending_subjects group by taggers order by 2"
        ).fetchall()
    return PendingSubjects(tuple((tuple(names), first, count) for names, first, count in groups))


def read_pending(warehouse: Warehouse, pending: PendingSubjects, batch_size: int) -> Iterator[PendingBatch]:
    """Batches of at most `batch_size` pending subjects, ordered by kind and id.

    They are those of the list; annotations may be written between batches, and a killed run's next one lists
    only what is still missing.
    """
    for names, first, count in pending.groups:
        past = first + count
        for stretch in range(first, past, STRETCH_ROWS):
            end = min(stretch + STRETCH_ROWS, past)
            with warehouse.transaction() as connection:
                connection.execute("set variable first = ?", [stretch])
                connection.execute("set variable past = ?", [end])
                connection.execute(read_sql_file("enrich", "fetch_texts"))
            for start in range(stretch, end, batch_size):
                yield PendingBatch(names, _read_batch(warehouse, start, min(start + batch_size, end)))


def write_annotations(warehouse: Warehouse, annotations: pa.Table) -> int:
    """Write annotations; what the same taggers said of the same subjects before, in any version, goes.

    `annotations` has the fields of Annotation, in any order. The number of rows written.
    """
    with warehouse.transaction() as connection:
        replace_annotations(connection, annotations)
    warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)
    return int(annotations.num_rows)


def replace_annotations(connection: duckdb.DuckDBPyConnection, annotations: pa.Table) -> None:
    """As `write_annotations`, in the caller's transaction."""
    if not annotations.num_rows:
        return
    schema = arrow_schema(describe_columns(Annotation))
    connection.register("new_annotations", annotations.select(schema.names).cast(schema))
    try:
        connection.execute(read_sql_file("enrich", "replace_annotations"))
    finally:
        connection.unregister("new_annotations")


def _make_list(connection: duckdb.DuckDBPyConnection, taggers: Collection[TaggerIdentity]) -> None:
    rows = [
        {"tagger": tagger.name, "tagger_version": tagger.version, "subject_kind": kind}
        for tagger in taggers
        for kind in sorted(tagger.subjects)
    ]
    schema = pa.schema(
        [("tagger", pa.string()), ("tagger_version", pa.string()), ("subject_kind", pa.string())]
    )
    connection.execute(read_sql_file("enrich", "list_subjects"))
    connection.register("taggers", pa.Table.from_pylist(rows, schema=schema))
    try:
        connection.execute(read_sql_file("enrich", "list_pending"))
    finally:
        connection.unregister("taggers")


def _read_batch(warehouse: Warehouse, first: int, past: int) -> pa.Table:
    relation = warehouse.connection.sql(
        read_sql_file("enrich", "read_batch"), params={"first": first, "past": past}
    )
    return relation.to_arrow_table()
