"""Exit codes of the command line and the one error type that carries them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a caller of `headwater` learns from its exit code; the README has the table of meanings."""

    OK = 0
    USAGE = 2
    PARTIAL = 3
    GATE = 4
    BUSY = 5
    STORAGE = 6
    MODEL = 7
    DEADLINE = 8
    TEMPORARY = 75


class CommandError(Exception):
    """A failure a person can act on: one plain sentence and an exit code."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
