"""A file of SQLite in; its connection, whose failures of the disk are those of the system, out."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

PROBE_BYTES = 1024**2
DISK_FAULT_CODE = 100
"""A crawl process that ends for the disk has this exit code, plus the system's number (28: it is full)."""

OnDiskFault = Callable[[OSError], NoReturn]


def raise_fault(fault: OSError) -> NoReturn:
    """Raise the failure, where nothing else is to be done about it."""
    raise fault


class OutboxDatabase(sqlite3.Connection):
    """A connection that tells a full, read-only or failing disk as the system does, with its number."""

    path = Path()
    on_disk_fault: OnDiskFault = staticmethod(raise_fault)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401
        """As sqlite3's."""
        with self._disk_faults():
            return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:  # noqa: ANN401
        """As sqlite3's."""
        with self._disk_faults():
            return super().executemany(sql, parameters)

    def executescript(self, sql: str, /) -> sqlite3.Cursor:
        """As sqlite3's."""
        with self._disk_faults():
            return super().executescript(sql)

    @contextmanager
    def _disk_faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as failure:
            fault = find_disk_fault(failure, self.path)
            if fault is None:
                raise
            self.on_disk_fault(fault)


def open_database(path: Path, on_disk_fault: OnDiskFault = raise_fault) -> OutboxDatabase:
    """The connection to a file; `on_disk_fault` gets the system's failure in place of SQLite's."""
    database = sqlite3.connect(path, isolation_level=None, factory=OutboxDatabase)
    database.path, database.on_disk_fault = path, on_disk_fault
    return database


def find_disk_fault(failure: sqlite3.OperationalError, path: Path) -> OSError | None:
    """What the system says of a failure of SQLite, which names a full disk and no other; None for another."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return None
    try:
        probe_disk(path.parent)
    except OSError as fault:
        return OSError(fault.errno, fault.strerror, str(path))
    return OSError(errno.EIO, os.strerror(errno.EIO), str(path))


def probe_disk(folder: Path) -> None:
    """Write a MiB into the folder and take it away again; OSError where the disk does not take it."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-", buffering=0) as file:
        left = memoryview(bytes(PROBE_BYTES))
        while left:  # a disk that is nearly full takes a part first
            left = left[file.write(left) :]
        os.fsync(file.fileno())
