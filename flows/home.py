"""The home in; where a run could not write there, the sentence that says why, out."""

from __future__ import annotations

from pathlib import Path

from warehouse.disk_faults import check_writable

WRITTEN = (".", "landing", "prefect", "prefect/prefect.db", "published", "reports", "warehouse.duckdb")
"""What a run writes; Prefect tells of a file that it may not write in hundreds of lines."""


def check_home(home: Path) -> None:
    """StorageError names what may not be written; nothing is made or changed."""
    for name in WRITTEN:
        check_writable(home / name)
