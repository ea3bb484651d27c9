"""Exit codes of the command line and the one error type that carries them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a caller of `headwater` learns from its exit code."""

    OK = 0
    USAGE = 2
    PARTIAL = 3
    GATE = 4
    BUSY = 5
    STORAGE = 6
    MODEL = 7
    DEADLINE = 8
    TEMPORARY = 75


EXIT_CODE_MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "everything asked for was done",
    ExitCode.USAGE: "the command, a setting or an input file is wrong; nothing was touched",
    ExitCode.PARTIAL: "done and published, but at least one source is missing; the report marks it",
    ExitCode.GATE: "a required quality check failed or figures differ; nothing was published",
    ExitCode.BUSY: "another run holds the lock",
    ExitCode.STORAGE: "the disk is full, read-only or damaged, or the ledger disagrees with the warehouse",
    ExitCode.MODEL: "a model file is missing or was changed",
    ExitCode.DEADLINE: "a deadline or memory bound ended the run; it can be resumed",
    ExitCode.TEMPORARY: "a passing failure, such as no network; trying again later may help",
}
"""Exit code -> its meaning in words, as the README's table has it."""


class CommandError(Exception):
    """A failure a person can act on: one plain sentence and an exit code."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
