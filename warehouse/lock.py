"""A path in; the right to be the only writer out, held until released or until the process dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from warehouse.errors import LockHeld

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_POLL_SECONDS = 0.1


class WriterLock:
    """A lock file with the writer's pid and boot id.

    The lock itself is the system's advisory lock on that file, so that of a dead process is free at once,
    whatever the file says and however the process ended.
    """

    def __init__(self, path: Path, file: IO[str]) -> None:
        """Takes an open, locked file; use `acquire`."""
        self.path = path
        self._file = file

    @classmethod
    def acquire(
        cls, path: Path, wait_seconds: float = 0.0, pause: Callable[[float], None] = time.sleep
    ) -> WriterLock:
        """Lock `path`, waiting at most so long; LockHeld names the pid that has it.

        `pause` sleeps between two tries; what it raises ends the wait.
        """
        deadline = time.monotonic() + wait_seconds
        file = path.open("a+", encoding="utf-8")
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                holder = _describe_holder(file)
                file.close()
                raise LockHeld(
                    f"{holder} is writing to the warehouse in {path.parent}; wait until it is done, "
                    "then run again"
                )
            try:
                pause(_POLL_SECONDS)
            except BaseException:
                file.close()
                raise
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "boot_id": read_boot_id()}, file)
        file.flush()
        return cls(path, file)

    def release(self) -> None:
        """Give the lock back; the file stays, empty, so that no two processes lock different files."""
        if not self._file.closed:
            self._file.seek(0)
            self._file.truncate()
            self._file.close()


def read_boot_id() -> str:
    """Id of this boot of the machine; empty where the system has none."""
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _describe_holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        pid, boot_id = int(holder["pid"]), str(holder["boot_id"])
    except (ValueError, KeyError, TypeError):
        return "another process"
    return f"process {pid}" if boot_id == read_boot_id() else f"process {pid} of another machine"
