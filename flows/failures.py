"""Any failure a room can raise in, the sentence and exit code a person gets out."""

from __future__ import annotations

import errno
from pathlib import Path

from flows.exit_codes import CommandError, ExitCode
from nlp.errors import EvaluationError, ModelError, TrainingError
from nlp.lexicon import LexiconError
from spiders.errors import Blocked, CrawlFailed, SpiderError
from warehouse.disk_faults import explain_disk_fault
from warehouse.errors import LockHeld, MemoryBound, ModelRefused, StorageError, WarehouseError

EXIT_CODES: dict[type[Exception], ExitCode] = {
    ModelError: ExitCode.MODEL,
    EvaluationError: ExitCode.USAGE,
    TrainingError: ExitCode.USAGE,
    LexiconError: ExitCode.USAGE,
    Blocked: ExitCode.PARTIAL,
    CrawlFailed: ExitCode.TEMPORARY,
    SpiderError: ExitCode.USAGE,
    LockHeld: ExitCode.BUSY,
    MemoryBound: ExitCode.DEADLINE,
    StorageError: ExitCode.STORAGE,
    ModelRefused: ExitCode.MODEL,
    WarehouseError: ExitCode.USAGE,
}
"""Error type -> exit code, the first that fits; the message is the error's own sentence."""

PATH_SENTENCES = {
    errno.ENOENT: "{path} does not exist",
    errno.EACCES: "{path} may not be opened",
    errno.EPERM: "{path} may not be opened",
    errno.EISDIR: "{path} is a folder",
    errno.ENOTDIR: "{path} is not in a folder",
    errno.EEXIST: "{path} is there already and is no folder; name another one",
    errno.ENAMETOOLONG: "{path} is too long a name",
    errno.ELOOP: "{path} is a link that leads back to itself",
}
"""What is wrong with a path that a person named; disk_faults.py tells of the product's own files."""


def explain_failure(failure: Exception) -> CommandError | None:
    """The sentence and code of a failure a person can act on; None for a fault of our own."""
    if isinstance(failure, CommandError):
        return failure
    for kind, exit_code in EXIT_CODES.items():
        if isinstance(failure, kind):
            return CommandError(str(failure), exit_code)
    if isinstance(failure, OSError):
        return explain_os_error(failure)
    return None


def explain_os_error(failure: OSError) -> CommandError | None:
    """A path that cannot be opened -> USAGE; a disk that is full, read-only or ill -> STORAGE."""
    where = failure.filename if failure.filename is not None else "the disk"
    if failure.errno in PATH_SENTENCES:
        return CommandError(PATH_SENTENCES[failure.errno].format(path=where), ExitCode.USAGE)
    explained = explain_disk_fault(failure, Path(where))
    return CommandError(str(explained), ExitCode.STORAGE) if explained is not None else None
