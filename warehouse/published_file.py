"""A published file in; a read-only connection to it out, the same for every reader of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.columns import quote_text
from warehouse.faults import published_faults

Config = dict[str, str | bool | int | float | list[str]]

TIME_ZONE = "Asia/Shanghai"
NO_EXTENSIONS: Config = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
}
READ_ONLY: Config = NO_EXTENSIONS | {
    "access_mode": "READ_ONLY",
    "enable_external_access": "false",
    "threads": "1",
    "memory_limit": "1GB",
}
"""DuckDB opens a file once in a process, and no second time with another configuration.

One thread, because sums of floats differ with the order of the threads and the bytes of a report must not.
"""


def connect_readonly(published: Path) -> duckdb.DuckDBPyConnection:
    """The file, read-only, every other door closed and the settings locked; duckdb.Error of a bad file."""
    connection = duckdb.connect(str(published.resolve()), config=READ_ONLY)
    (is_locked,) = connection.execute("select current_setting('lock_configuration')").fetchall()[0]
    # It is when another reader of this process has the file open: DuckDB gives both the same one.
    if not is_locked:
        connection.execute(f"set global TimeZone = '{TIME_ZONE}'")
        connection.execute("set enable_progress_bar = false")
        connection.execute("set lock_configuration = true")
    return connection


@contextmanager
def open_readonly(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """As connect_readonly, closed at the end; what is wrong with the file is a StorageError."""
    with published_faults(published), connect_readonly(published) as connection:
        yield connection


@contextmanager
def attach_readonly(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that finds the file's tables, read-only, beside its own, and may write files."""
    config: Config = NO_EXTENSIONS | {"threads": "2", "temp_directory": f"{published.resolve()}.tmp"}
    with published_faults(published), duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"set TimeZone = '{TIME_ZONE}'")
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {quote_text(str(published.resolve()))} as published (read_only)")
        connection.execute("set search_path = 'memory.main,published.main'")
        yield connection
