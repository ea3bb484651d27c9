"""A home directory in; the one writer's connection to its warehouse file out."""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from warehouse.disk_faults import LEAST_FREE_BYTES, check_free_space
from warehouse.faults import storage_faults
from warehouse.ledger import compare_ledger
from warehouse.lock import WriterLock
from warehouse.published_file import NO_EXTENSIONS, TIME_ZONE
from warehouse.schema import prepare_schema

DATABASE_NAME = "warehouse.duckdb"
LOCK_NAME = "warehouse.lock"
LEDGER_NAME = "loads.jsonl"
FRESH_NAME = f".{DATABASE_NAME}.fresh"
"""A warehouse that is being written anew, until it takes the place of the old one."""
SPILL_NAME = ".headwater-spill"
"""Folder of DuckDB's temporary files: emptied at every opening, so a name that no folder of a user's has."""
STORAGE_VERSION = "v1.5.0"
"""Storage format of the writer's file: the oldest DuckDB the product runs on reads and writes it."""
WAL_ALARM_BYTES = 8 * 1024**2

logger = logging.getLogger(__name__)


class Warehouse:
    """The writer's warehouse: one process, one connection, bounded memory. Use it as a context manager."""

    def __init__(self, home: Path, connection: duckdb.DuckDBPyConnection, lock: WriterLock) -> None:
        """Takes an open connection and the lock; use `open`."""
        self.home = home
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(
        cls,
        home: Path,
        memory_limit: str = "2GB",
        threads: int = 2,
        *,
        wait_seconds: float = 0.0,
        pause: Callable[[float], None] = time.sleep,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> Self:
        """Open the warehouse of `home`, making it when it is new.

        `pause` sleeps while another writer is waited for.
        LockHeld when another process writes; StorageError when the disk is full, read-only or damaged, the
        file is newer than this program, or it lost a load that was acknowledged.
        """
        path = home / DATABASE_NAME
        with storage_faults(path):
            home.mkdir(parents=True, exist_ok=True)
            lock = WriterLock.acquire(home / LOCK_NAME, wait_seconds, pause)
        try:
            with storage_faults(path):
                check_free_space(home, least_free_bytes)
                warn_of_long_wal(path)
                remove_fresh(home)
                connection = connect_writer(path, memory_limit, threads)
                try:
                    prepare_schema(connection)
                    compare_ledger(connection, home / LEDGER_NAME)
                except BaseException:
                    connection.close()
                    raise
        except BaseException:
            lock.release()
            raise
        return cls(home, connection, lock)

    @property
    def path(self) -> Path:
        """The writer's file."""
        return self.home / DATABASE_NAME

    @property
    def ledger_path(self) -> Path:
        """The copy of the ledger outside the file."""
        return self.home / LEDGER_NAME

    @contextlib.contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction: committed at the end, rolled back on an error; disk faults become StorageError."""
        with storage_faults(self.path):
            self.connection.execute("begin")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                # After a disk fault DuckDB may have rolled back by itself; a second time is an error.
                with contextlib.suppress(duckdb.Error):
                    self.connection.execute("rollback")
                raise

    def checkpoint(self, above_bytes: int = 0) -> None:
        """Move the write-ahead log into the file when it is longer than `above_bytes`."""
        wal = wal_of(self.path)
        if wal.exists() and wal.stat().st_size > above_bytes:
            with storage_faults(self.path):
                self.connection.execute("checkpoint")

    def close(self) -> None:
        """Close the file and release the lock."""
        try:
            self.connection.close()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        """The warehouse itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the warehouse."""
        self.close()


def connect_writer(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """A read-write connection that loads no extension, spills inside the home and tells time in Shanghai.

    What a killed writer spilled is removed; only the holder of the lock may call this.
    """
    temporary = path.parent / SPILL_NAME
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(exist_ok=True)
    connection = duckdb.connect(
        str(path),
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temporary),
            "storage_compatibility_version": STORAGE_VERSION,
            **NO_EXTENSIONS,
        },
    )
    connection.execute(f"set TimeZone = '{TIME_ZONE}'")
    connection.execute("set enable_progress_bar = false")
    return connection


def remove_fresh(home: Path) -> None:
    """Remove what a killed writer had begun to write anew; only the holder of the lock may."""
    for path in (home / FRESH_NAME, wal_of(home / FRESH_NAME)):
        path.unlink(missing_ok=True)


def warn_of_long_wal(path: Path) -> None:
    """Log a warning when a kill left a write-ahead log so long that opening takes seconds."""
    wal = wal_of(path)
    if wal.exists() and wal.stat().st_size > WAL_ALARM_BYTES:
        logger.warning(
            "the last writer was stopped with %.0f MiB not yet moved into %s; opening takes longer this once",
            wal.stat().st_size / 1024**2,
            path.name,
        )


def wal_of(path: Path) -> Path:
    """The write-ahead log beside a DuckDB file."""
    return path.with_name(path.name + ".wal")
