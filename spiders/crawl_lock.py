"""A run's folder in; the right to crawl it out, held until the block ends or the process dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spiders.errors import CrawlFailed

CRAWL_LOCK = "crawl.lock"
"""Held from the start of a crawl until its package is complete; ENGINE_LOCK by its process alone."""
ENGINE_LOCK = "lock"
LOCK_SECONDS = 10.0
"""So long a run waits for the process of a killed one to end itself."""


@contextmanager
def hold_crawl(folder: Path, wait_seconds: float = 0.0, *, name: str = CRAWL_LOCK) -> Iterator[None]:
    """The right to crawl and land a run while the block runs; CrawlFailed while another process has it."""
    deadline = time.monotonic() + wait_seconds
    with (folder / name).open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise CrawlFailed("another process crawls the same run; wait for it to end") from None
                time.sleep(0.1)
        yield


def is_held(lock: Path) -> bool:
    """Whether a process holds that lock of a run."""
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
