"""A source in; the right to be its only scheduled run out, held until the block ends or the process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from warehouse.errors import LockHeld
from warehouse.lock import WriterLock

LATE = timedelta(minutes=10)
"""So late a run still begins when the scheduler is back, as after a restart; what is older was missed."""

LOCK_NAME = ".scheduled-run.lock"


@contextmanager
def claim_source(landing_root: Path, source: str) -> Iterator[bool]:
    """Whether no other scheduled run of the source is at work; if so, none begins until the block ends.

    The lock is the system's, so that of a killed process is free at once. Prefect's own concurrency limit is
    not: its slot stays taken in its database, and every later run of the source is cancelled.
    """
    folder = landing_root / source
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = WriterLock.acquire(folder / LOCK_NAME)
    except LockHeld:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
