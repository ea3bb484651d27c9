"""Loads to take out again in; tables as if those had never been loaded, and their packages put aside, out."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import duckdb

from warehouse.clock import find_latest
from warehouse.ledger import forget_loads
from warehouse.mart_sql import read_sql
from warehouse.merge import merge_removed
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse

REMOVED = "removed"
"""Folder of the home with packages that were taken out: what a crawl read may be nowhere else."""


@dataclass(frozen=True, slots=True)
class Load:
    """One landing package that is loaded."""

    source: str
    run_id: str
    load_seq: int
    loaded_at: datetime
    readings: int

    @property
    def name(self) -> str:
        """source/run_id."""
        return f"{self.source}/{self.run_id}"


def list_loads(connection: duckdb.DuckDBPyConnection, name: str | None = None) -> list[Load]:
    """Loads, newest first: all, or those of a run, named source/run_id, or by run_id for all its sources."""
    rows = connection.execute(read_sql_file("remove", "list_loads"), {"name": name}).fetchall()
    return [Load(*row) for row in rows]


def remove_loads(warehouse: Warehouse, loads: Sequence[Load]) -> list[Path]:
    """Take these loads out of every table; where their packages lie now.

    In this order: packages, the copy of the ledger, the tables in one transaction. Killed between two of them
    the loads are still known, and can be removed again.
    """
    folders = [moved for load in loads if (moved := put_aside(warehouse.home, load)) is not None]
    sequences = [load.load_seq for load in loads]
    forget_loads(warehouse.ledger_path, sequences)
    with warehouse.transaction() as connection:
        connection.execute("set variable removed_loads = ?", [sequences])
        connection.execute(read_sql_file("remove", "of_removed"))
        connection.execute(read_sql_file("remove", "delete_loads"))
        merge_removed(connection, find_latest())
        # what a build remembers has no log of rows that went
        connection.execute(read_sql("forget"))
    return folders


def put_aside(home: Path, load: Load) -> Path | None:
    """Move a load's package where nothing loads it, under a name that is free; None without a package."""
    package = home / "landing" / load.source / load.run_id
    if not package.exists():
        return None
    folder = home / REMOVED / load.source
    folder.mkdir(parents=True, exist_ok=True)
    names = (load.run_id if number == 1 else f"{load.run_id}-{number}" for number in count(1))
    free = next(folder / name for name in names if not (folder / name).exists())
    shutil.move(package, free)
    return free
