"""A failure of DuckDB or the file system in; the plain sentence a person needs out."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import LockHeld, MemoryBound, StorageError, WarehouseError

_DAMAGED = "it is damaged"
_MEMORY = "memory ran out; raise warehouse.memory_limit and run again"
_RESTORE = (
    f"{_DAMAGED}; move warehouse.duckdb and loads.jsonl out of the home and run again: every landing "
    "package is loaded anew; the published file stays readable"
)
_REPUBLISH = f"{_DAMAGED}; run headwater trends, which publishes it anew from the warehouse"
_FULL = "the disk is full; free some space and run again"
_QUOTA = "your share of the disk is used up; free some space or ask for more, and run again"
_GROWN = "the file may not grow further (size limit of the system); raise it and run again"
_READ_ONLY = "the disk is read-only; make it writable and run again"
_ILL = "the disk does not answer; check it before running again"
_RIGHTS = "it may not be read or written; check its rights and run again"
_OPEN_FILES = "too many files are open; raise the limit (ulimit -n) and run again"
_GONE = "it or its folder is gone; put it back and run again"
DISK_SENTENCES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _QUOTA,
    errno.EFBIG: _GROWN,
    errno.EROFS: _READ_ONLY,
    errno.EIO: _ILL,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EMFILE: _OPEN_FILES,
    errno.ENFILE: _OPEN_FILES,
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
}
"""Number of the system's failure -> what it means for a file that the product keeps, and what to do."""
_DUCKDB_SENTENCES: tuple[tuple[str, str], ...] = (
    *((re.escape(os.strerror(number)), sentence) for number, sentence in DISK_SENTENCES.items()),
    (r"temp_directory|max_temp_directory_size", "there is no room for temporary files; free some space"),
    (r"newer version of DuckDB|with version number", "it was written by a newer DuckDB; update Headwater"),
    (r"not a valid DuckDB database|checksum|[Cc]orrupt|enough bytes|[Ss]erializ", _DAMAGED),
    (r"[Oo]ut of [Mm]emory|failed to allocate", _MEMORY),
)
"""What stands in a message of DuckDB, which quotes the system's -> the sentence; the first that fits."""
_DISK_WORDS = re.compile(r"Corrupt database file|Could not (?:write|read|sync|truncate) ")


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Turn failures of the disk under `path` into StorageError or LockHeld; others pass unchanged."""
    with _explain_faults(path, _RESTORE):
        yield


@contextmanager
def published_faults(published: Path) -> Iterator[None]:
    """As storage_faults, around what reads a published file: damaged, that is made anew."""
    with _explain_faults(published, _REPUBLISH):
        yield


@contextmanager
def _explain_faults(path: Path, when_damaged: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError) as failure:
        explained = explain_fault(failure, path, when_damaged)
        if explained is None:
            raise
        raise explained from failure


def explain_fault(failure: BaseException, path: Path, when_damaged: str = _RESTORE) -> WarehouseError | None:
    """The sentence for a failure of the disk; None when it is not one."""
    if isinstance(failure, OSError) and not isinstance(failure, duckdb.Error):
        if failure.errno not in DISK_SENTENCES:
            return None
        return StorageError(f"{failure.filename or path}: {DISK_SENTENCES[failure.errno]}")
    if not _is_disk_fault(failure):
        return None
    message = str(failure)
    if "Could not set lock" in message:
        found = re.search(r"PID (\d+)", message)
        who = f"process {found.group(1)}" if found else "another program"
        return LockHeld(f"{who} has {path.name} open; close it or wait until it is done, then run again")
    for pattern, advice in _DUCKDB_SENTENCES:
        if re.search(pattern, message):
            kind = MemoryBound if advice == _MEMORY else StorageError
            return kind(f"{path}: {when_damaged if advice == _DAMAGED else advice}")
    first_line = message.splitlines()[0] if message else type(failure).__name__
    return StorageError(f"{path}: {first_line}; nothing that was acknowledged is lost")


def _is_disk_fault(failure: BaseException) -> bool:
    kinds = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException)
    # A damaged block and a commit that cannot be written are known by their text alone in DuckDB 2.0.
    return isinstance(failure, kinds) or bool(_DISK_WORDS.search(str(failure)))
