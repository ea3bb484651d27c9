"""The failures of the warehouse that a person can act on; each message says what happened and what to do."""

from __future__ import annotations

NOTHING_PUBLISHED = (
    "nothing is published yet; run headwater demo, or import something and run headwater trends"
)
"""What every reader says where there is no published file."""


class WarehouseError(Exception):
    """Base of the warehouse's failures."""


class Stopped(Exception):
    """The work was asked to stop and did, at a step; no failure, and not told as one."""


class LockHeld(WarehouseError):
    """Another process writes to the warehouse; the message names its pid."""


class StorageError(WarehouseError):
    """The disk is full, read-only or damaged, or the ledger disagrees with the warehouse file."""


class MemoryBound(StorageError):
    """A step needed more memory than it may take; what was acknowledged stays, and it can be run again."""


class PackageRefused(WarehouseError):
    """A landing package breaks the contract as a whole; it is quarantined under `reason`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class QueryRefused(WarehouseError):
    """A statement that the read-only surface does not run."""


class QueryFailed(WarehouseError):
    """A statement that was allowed but did not end well: an error, a deadline, too much memory."""


class ReportRefused(WarehouseError):
    """A report cannot be made from what is published."""


class AlertsRefused(WarehouseError):
    """The record of what was told cannot be read."""


class WatchListRefused(WarehouseError):
    """A watch list cannot be read; the message names the line."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(f"the watch list, line {line}: {reason}" if line else f"the watch list: {reason}")


class ModelRefused(WarehouseError):
    """A model file that the warehouse cannot use, or none for what was asked."""
