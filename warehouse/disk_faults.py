"""A failure of the file system in; the sentence a person needs out. No DuckDB: every command reads it."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from warehouse.errors import StorageError

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
LEAST_FREE_BYTES = 1024**3


def explain_disk_fault(failure: OSError, path: Path) -> StorageError | None:
    """The sentence for a failure that the system tells of `path`; None when it is not one of the disk."""
    if failure.errno not in DISK_SENTENCES:
        return None
    return StorageError(f"{failure.filename or path}: {DISK_SENTENCES[failure.errno]}")


def find_existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def check_writable(path: Path) -> None:
    """StorageError where a file may not be written, or made in a folder that is there or will be."""
    there = find_existing(path)
    if os.access(there, os.W_OK | os.X_OK if there.is_dir() else os.W_OK):
        return
    is_read_only = os.statvfs(there).f_flag & os.ST_RDONLY
    raise StorageError(f"{there}: {_READ_ONLY if is_read_only else _RIGHTS}")


def check_free_space(folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
    """StorageError when the disk that the folder is on, or will be, has less than `least_free_bytes` left."""
    free = shutil.disk_usage(find_existing(folder)).free
    if free < least_free_bytes:
        raise StorageError(
            f"only {free / 1024**2:,.0f} MiB are free under {folder}, {least_free_bytes / 1024**2:,.0f} MiB "
            "are needed; free some space and run again"
        )
