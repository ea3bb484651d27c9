"""Authors and subjects to erase in; the list that keeps them out for ever, and tables without them, out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from warehouse.columns import quote_text
from warehouse.errors import StorageError
from warehouse.faults import Interrupting, interrupted_statements, never_interrupted, storage_faults
from warehouse.journal import append_journal, read_journal
from warehouse.lock import WriterLock
from warehouse.publish import sync_path
from warehouse.records import Identifier, Record, Utc
from warehouse.sql_files import read_sql_file
from warehouse.store import (
    DATABASE_NAME,
    FRESH_NAME,
    LOCK_NAME,
    STORAGE_VERSION,
    Warehouse,
    connect_writer,
    remove_fresh,
    wal_of,
)

ERASED_NAME = "erased.jsonl"
REWRITTEN_NAME = "rewritten.jsonl"
UNFINISHED_NAME = "erasing.jsonl"
"""What is asked for while an erasure is at work, and after one that was killed."""
ADVICE = "put it back from a backup: without it, what was erased would be loaded again"


class Erasure(Record):
    """One author or subject that must never be kept again; nothing else is known of it."""

    kind: Literal["author", "subject"]
    """Whether the key is an author's pseudonym, or names a post or listing."""
    key: Identifier
    """The author key, or platform:id."""
    erased_at: Utc
    """When it was asked for (UTC)."""


class RewrittenPackage(Record):
    """One landing package that an erasure wrote anew; its hash in the ledger follows."""

    package: str
    """source/run_id."""
    before: str
    """SHA-256 of its report before."""
    after: str
    """SHA-256 of its report now."""


def read_erasures(home: Path) -> list[Erasure]:
    """Everything erased so far."""
    return read_journal(home / ERASED_NAME, Erasure, ADVICE)


def add_erasures(home: Path, erasures: Iterable[Erasure]) -> None:
    """Remember erasures, on the disk before returning; those known already add nothing."""
    known = {(erasure.kind, erasure.key) for erasure in read_erasures(home)}
    fresh = {(erasure.kind, erasure.key): erasure for erasure in erasures}
    append_journal(home / ERASED_NAME, [fresh[name] for name in sorted(fresh) if name not in known])


def begin_erasure(home: Path, asked: Iterable[Erasure]) -> None:
    """Remember what is asked for, and that it is not gone yet, on the disk before anything is looked for.

    It has a file of its own: a load leaves out what is on the list, and what stands under it in packages that
    are not loaded yet would not be found any more.
    """
    append_journal(home / UNFINISHED_NAME, asked)
    (home / UNFINISHED_NAME).touch()
    sync_path(home)


def end_erasure(home: Path) -> None:
    """Remember that all that was asked for is gone."""
    (home / UNFINISHED_NAME).unlink(missing_ok=True)
    sync_path(home)


def is_erasure_unfinished(home: Path) -> bool:
    """Whether an erasure is at work, or was killed or failed before its end."""
    return (home / UNFINISHED_NAME).exists()


def read_unfinished(home: Path) -> list[Erasure]:
    """What erasures that did not end were asked for."""
    return read_journal(home / UNFINISHED_NAME, Erasure, "ask for it again with headwater erase")


def delete_unfinished(warehouse: Warehouse) -> None:
    """Take what an erasure was asked for and did not end with out of the tables: else it is published."""
    home = warehouse.home
    if not is_erasure_unfinished(home):
        return
    erasures = [*read_erasures(home), *read_unfinished(home)]
    with warehouse.transaction() as connection:
        erasures += find_subjects(connection, erasures)
        add_erasures(home, erasures)
        delete_erased(connection, erasures)


def note_rewritten(home: Path, rewritten: RewrittenPackage) -> None:
    """Remember that a package is about to be another, before it is."""
    append_journal(home / REWRITTEN_NAME, [rewritten])


def follow_rewritten(warehouse: Warehouse) -> None:
    """Give the ledger the hash of each package that an erasure wrote anew, a killed one's included."""
    steps = read_journal(warehouse.home / REWRITTEN_NAME, RewrittenPackage, ADVICE)
    if not steps:
        return
    with warehouse.transaction() as connection:
        for step in steps:
            report = warehouse.home / "landing" / step.package / "report.json"
            if report.exists() and hashlib.sha256(report.read_bytes()).hexdigest() == step.after:
                connection.execute(
                    "update load_ledger set package_sha256 = ? where source || '/' || run_id = ?",
                    [step.after, step.package],
                )


def register_erasures(connection: duckdb.DuckDBPyConnection, erasures: Iterable[Erasure]) -> None:
    """Make the tables of erased authors and subjects, and `is_named`, which every statement here asks.

    `is_named(text)` says whether an id of six or more characters stands in a text, in any spelling.
    """
    listed = list(erasures)
    authors = sorted({erasure.key for erasure in listed if erasure.kind == "author"})
    subjects = sorted({erasure.key for erasure in listed if erasure.kind == "subject"})
    for table, column, keys in (
        ("erased_authors", "author_key", authors),
        ("erased_subjects", "subject_id", subjects),
    ):
        connection.execute(f"create or replace temp table {table} ({column} varchar)")
        connection.from_arrow(pa.table({column: pa.array(keys, pa.string())})).insert_into(table)
    connection.execute(read_sql_file("erase", "named"))


def find_subjects(connection: duckdb.DuckDBPyConnection, erasures: Iterable[Erasure]) -> list[Erasure]:
    """Posts and listings to erase, by platform:id: those named, the authors', and all under them."""
    register_erasures(connection, erasures)
    connection.execute(read_sql_file("erase", "find_subjects"))
    rows = connection.execute("select subject_id from erased_subjects order by all").fetchall()
    now = datetime.now(UTC)
    return [Erasure(kind="subject", key=subject, erased_at=now) for (subject,) in rows]


def count_erased(connection: duckdb.DuckDBPyConnection, erasures: Iterable[Erasure]) -> dict[str, int]:
    """Table -> number of its rows that are to be erased, or to lose what they name of it."""
    register_erasures(connection, erasures)
    return dict(connection.execute(read_sql_file("erase", "count_rows")).fetchall())


def delete_erased(connection: duckdb.DuckDBPyConnection, erasures: Iterable[Erasure]) -> None:
    """Delete every row of an erased subject; the caller's transaction keeps it whole."""
    register_erasures(connection, erasures)
    connection.execute(read_sql_file("erase", "delete_rows"))


def drop_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete what was erased before from the load in progress: its rows, and the messages of its report."""
    connection.execute(read_sql_file("erase", "drop_loaded"))


def compact_warehouse(
    home: Path,
    memory_limit: str = "2GB",
    threads: int = 2,
    interrupting: Interrupting = never_interrupted,
) -> None:
    """Write the warehouse's file anew, so that no block of it holds what was deleted; LockHeld, StorageError.

    DuckDB marks deleted rows and leaves their bytes in the file until something else is written there.
    """
    path, fresh = home / DATABASE_NAME, home / FRESH_NAME
    lock = WriterLock.acquire(home / LOCK_NAME, 0.0)
    try:
        with storage_faults(path):
            remove_fresh(home)
            connection = connect_writer(path, memory_limit, threads)
            try:
                connection.execute(
                    f"attach {quote_text(str(fresh))} as fresh (storage_version '{STORAGE_VERSION}')"
                )
                with interrupted_statements(), interrupting(connection.interrupt):
                    connection.execute("copy from database warehouse to fresh")
                connection.execute("checkpoint fresh")
                connection.execute("detach fresh")
                connection.execute("checkpoint")
            finally:
                connection.close()
            if wal_of(path).exists():
                raise StorageError(f"{wal_of(path)} is still there; run it again")
            sync_path(fresh)
            fresh.replace(path)
            sync_path(home)
    finally:
        remove_fresh(home)
        lock.release()
