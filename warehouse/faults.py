"""A failure of DuckDB or the disk under it in; the plain sentence a person needs out."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import duckdb

from warehouse.disk_faults import DISK_SENTENCES, explain_disk_fault
from warehouse.errors import LockHeld, MemoryBound, Stopped, StorageError, WarehouseError

_DAMAGED = "it is damaged"
_MEMORY = "memory ran out; raise warehouse.memory_limit and run again"
_RESTORE = (
    f"{_DAMAGED}; move warehouse.duckdb and loads.jsonl out of the home and run again: every landing "
    "package is loaded anew; the published file stays readable"
)
_REPUBLISH = f"{_DAMAGED}; run headwater trends, which publishes it anew from the warehouse"
_DUCKDB_SENTENCES: tuple[tuple[str, str], ...] = (
    *((re.escape(os.strerror(number)), sentence) for number, sentence in DISK_SENTENCES.items()),
    (r"temp_directory|max_temp_directory_size", "there is no room for temporary files; free some space"),
    (r"newer version of DuckDB|with version number", "it was written by a newer DuckDB; update Headwater"),
    (r"not a valid DuckDB database|checksum|[Cc]orrupt|enough bytes|[Ss]erializ", _DAMAGED),
    (r"[Oo]ut of [Mm]emory|failed to allocate", _MEMORY),
)
"""What stands in a message of DuckDB, which quotes the system's -> the sentence; the first that fits."""
_DISK_WORDS = re.compile(r"Corrupt database file|Could not (?:write|read|sync|truncate) ")


Interrupting = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""What ends a statement -> a block in which a wish to stop calls it."""


def never_interrupted(_: Callable[[], None]) -> AbstractContextManager[None]:
    """A block that nobody wishes to stop."""
    return nullcontext()


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Turn failures of the disk under `path` into StorageError or LockHeld; others pass unchanged."""
    with _explain_faults(path, _RESTORE):
        yield


@contextmanager
def interrupted_statements() -> Iterator[None]:
    """Turn the end of a statement that another thread interrupted into Stopped, and what fails after it."""
    try:
        yield
    except duckdb.Error as end:
        # in a transaction that was interrupted the statements that clean up fail too
        if not any(isinstance(each, duckdb.InterruptException) for each in _follow_contexts(end)):
            raise
        raise Stopped("a statement was interrupted; its transaction is rolled back") from end


def is_interrupted(failure: BaseException) -> bool:
    """Whether Ctrl-C ended a statement on the main thread, which DuckDB tells as a fault of its own."""
    return any(
        isinstance(each, duckdb.InterruptException)
        or (isinstance(each, RuntimeError) and str(each) == "Query interrupted")
        for each in _follow_contexts(failure)
    )


def _follow_contexts(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__context__


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
        return explain_disk_fault(failure, path)
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
