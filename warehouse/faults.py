"""A failure of DuckDB or the file system in; the plain sentence a person needs out."""

from __future__ import annotations

import errno
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
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"No space left|disk quota|Disk quota", "the disk is full; free some space and run again"),
    (r"File too large", "the file may not grow further (size limit of the system); raise it and run again"),
    (r"Read-only file system", "the disk is read-only; make it writable and run again"),
    (
        r"Permission denied|Operation not permitted",
        "it may not be read or written; check its rights and run again",
    ),
    (r"Too many open files", "too many files are open; raise the limit (ulimit -n) and run again"),
    (r"temp_directory|max_temp_directory_size", "there is no room for temporary files; free some space"),
    (r"newer version of DuckDB|with version number", "it was written by a newer DuckDB; update Headwater"),
    (
        r"not a valid DuckDB database|checksum|[Cc]orrupt|enough bytes|[Ss]erializ",
        _DAMAGED,
    ),
    (r"No such file", "it or its folder is gone; put it back and run again"),
    (r"Input/output error", "the disk does not answer; check it before running again"),
    (r"[Oo]ut of [Mm]emory|failed to allocate", _MEMORY),
)
_DISK_WORDS = re.compile(r"Corrupt database file|Could not (?:write|read|sync|truncate) ")
_ERRNOS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EIO,
        errno.EACCES,
        errno.EPERM,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOENT,
        errno.ENOTDIR,
    }
)


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
    message = str(failure)
    if isinstance(failure, OSError) and not isinstance(failure, duckdb.Error):
        if failure.errno not in _ERRNOS:
            return None
        message = failure.strerror or message
        path = Path(str(failure.filename)) if failure.filename else path
    elif not _is_disk_fault(failure):
        return None
    if "Could not set lock" in message:
        found = re.search(r"PID (\d+)", message)
        who = f"process {found.group(1)}" if found else "another program"
        return LockHeld(f"{who} has {path.name} open; close it or wait until it is done, then run again")
    for pattern, advice in _SENTENCES:
        if re.search(pattern, message):
            kind = MemoryBound if advice == _MEMORY else StorageError
            return kind(f"{path}: {when_damaged if advice == _DAMAGED else advice}")
    first_line = message.splitlines()[0] if message else type(failure).__name__
    return StorageError(f"{path}: {first_line}; nothing that was acknowledged is lost")


def _is_disk_fault(failure: BaseException) -> bool:
    kinds = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException)
    # A damaged block and a commit that cannot be written are known by their text alone in DuckDB 2.0.
    return isinstance(failure, kinds) or bool(_DISK_WORDS.search(str(failure)))
