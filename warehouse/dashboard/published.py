"""A published file that is replaced while it is read in; short read-only loans of the newest one out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from warehouse.dashboard.queries import Given, MartMissing, ask, make_key
from warehouse.errors import NOTHING_PUBLISHED, WarehouseError
from warehouse.published_file import connect_readonly
from warehouse.reports.figures import Table, add_missing_functions

MOST_READERS = 8
MOST_RESULTS = 512
"""Results kept of one edition, which never changes; the least used goes first."""
OPEN_TRIES = 5
Identity = tuple[str, int, int, int]


class NothingPublished(WarehouseError):
    """There is no published file to read."""


class PublishedDamaged(NothingPublished):
    """There is a published file, and it cannot be opened."""


@dataclass
class Edition:
    """One published file, open: its connections at rest, how many are lent, results of its queries."""

    identity: Identity
    database: duckdb.DuckDBPyConnection
    idle: list[duckdb.DuckDBPyConnection] = field(default_factory=list)
    lent: int = 0
    results: OrderedDict[tuple[object, ...], Table | MartMissing] = field(default_factory=OrderedDict)

    def close(self) -> None:
        """Close every connection at rest, and the file."""
        for connection in [*self.idle, self.database]:
            connection.close()
        self.idle.clear()


@dataclass
class Reading:
    """One loan: every query of it reads the same edition."""

    connection: duckdb.DuckDBPyConnection
    edition: Edition
    guard: threading.Condition

    def ask(self, query: str, **given: Given) -> Table:
        """The table of a query file; MartMissing where this edition does not have what it reads."""
        key = make_key(query, given)
        with self.guard:
            known = self.edition.results.get(key)
            if known is not None:
                self.edition.results.move_to_end(key)
        if known is None:
            try:
                known = ask(self.connection, query, given)
            except MartMissing as missing:
                known = missing
            with self.guard:
                self.edition.results[key] = known
                while len(self.edition.results) > MOST_RESULTS:
                    self.edition.results.popitem(last=False)
        if isinstance(known, MartMissing):
            raise known
        return known


class PublishedReader:
    """Read-only access of many threads to the newest published file.

    A loan looks at the stable path first: when another file was published, the new one is opened and the
    old one closed with its last loan. Nobody waits for a reader but the same path written anew, where the
    file system has no links.
    """

    def __init__(self, published: Path, most_readers: int = MOST_READERS) -> None:
        self.published = published
        self._slots = threading.BoundedSemaphore(most_readers)
        self._guard = threading.Condition()
        self._current: Edition | None = None

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Lend a connection to the newest edition; NothingPublished when there is none."""
        with self._slots:
            with self._guard:
                edition = self._find_edition()
                edition.lent += 1
                connection = edition.idle.pop() if edition.idle else open_reader(edition.database)
            try:
                yield Reading(connection, edition, self._guard)
            finally:
                with self._guard:
                    edition.lent -= 1
                    edition.idle.append(connection)
                    if edition is not self._current and edition.lent == 0:
                        edition.close()
                    self._guard.notify_all()

    def close(self) -> None:
        """Let go of the current edition; loans that are out close it when they end."""
        with self._guard:
            edition, self._current = self._current, None
            if edition is not None and edition.lent == 0:
                edition.close()

    def _find_edition(self) -> Edition:
        """The edition at the stable path, opened when it is a new one; the old one while there is none."""
        damage: duckdb.Error | None = None
        for _ in range(OPEN_TRIES):
            found = identify(self.published)
            current = self._current
            if current is not None and found in (None, current.identity):
                return current
            if found is None:
                break
            if current is not None and current.identity[0] == found[0]:
                # DuckDB gives the open file back for a path that it has open.
                while current.lent:
                    self._guard.wait()
                if current is self._current:
                    current.close()
                    self._current = None
            try:
                fresh = Edition(found, connect_readonly(Path(found[0])))
            except duckdb.Error as error:
                # Three publications passed since the look at the path and it is gone, or it is damaged.
                damage = error
                continue
            if current is not None and current is self._current and current.lent == 0:
                current.close()
            self._current = fresh
            return fresh
        if damage is not None and found is not None:
            raise PublishedDamaged(
                "the published file cannot be opened; headwater trends publishes it anew"
            ) from damage
        raise NothingPublished(NOTHING_PUBLISHED)


def identify(published: Path) -> Identity | None:
    """Path, device, inode and age of the file behind the stable path; None when there is none."""
    try:
        path = published.resolve(strict=True)
        state = path.stat()
    except FileNotFoundError:
        return None
    return str(path), state.st_dev, state.st_ino, state.st_mtime_ns


def open_reader(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection of its own to the open file, with the functions that an older file lacks."""
    connection = database.cursor()
    add_missing_functions(connection)
    return connection
