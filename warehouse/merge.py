"""Readings in raw_* in; core_* with each field as newest shown, and what follows from a change, out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

import duckdb

from warehouse.clock import find_latest
from warehouse.records import RECORD_KINDS
from warehouse.sql_files import read_sql_file

PART_ROWS = 500_000
"""Readings merged at a time when all are: the strings of a merge must fit into memory."""

logger = logging.getLogger(__name__)


def merge_load(
    connection: duckdb.DuckDBPyConnection, load_seq: int, kinds: Iterable[str], latest: datetime
) -> None:
    """Bring the core tables of these kinds up to date with one load, in the caller's transaction.

    A reading later than `latest` hides no other.
    """
    connection.execute("set variable latest_moment = ?", [latest])
    connection.execute("set variable load_seq = ?", [load_seq])
    connection.execute(read_sql_file("core", "of_load"))
    for kind in kinds:
        connection.execute(read_sql_file("core", f"merge_{kind}"))
        connection.execute(read_sql_file("core", f"replace_{kind}"))


def merge_removed(connection: duckdb.DuckDBPyConnection, latest: datetime) -> None:
    """Make what `is_merged` takes anew from the readings that are left, in the caller's transaction."""
    connection.execute("set variable latest_moment = ?", [latest])
    for kind in RECORD_KINDS:
        replace_changed(connection, kind)


def replace_changed(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Merge the readings of one kind, and write the rows that come out differently."""
    for step in ("merge", "keep_unchanged", "replace"):
        connection.execute(read_sql_file("core", f"{step}_{kind}"))


def merge_all(connection: duckdb.DuckDBPyConnection, part_rows: int = PART_ROWS) -> None:
    """Make the core tables anew from all readings, as loads from nothing would, in the caller's transaction.

    Only rows that come out differently are written, and followed as a load's are; copies are looked for anew.
    A row that is not there is not made: it was erased, and readings that do not name its subject may be left.
    """
    connection.execute("set variable latest_moment = ?", [find_latest()])
    connection.execute(read_sql_file("core", "of_all"))
    readings = {kind: connection.table(f"raw_{kind}").count("*").fetchall()[0][0] for kind in RECORD_KINDS}
    if sum(readings.values()) > part_rows:
        logger.warning(
            "the tables of this home are made anew from %d readings this once, by the rules of today; "
            "opening takes longer",
            sum(readings.values()),
        )
    for kind, rows in readings.items():
        parts = rows // part_rows + 1
        connection.execute("set variable parts = ?", [parts])
        for part in range(parts):
            connection.execute("set variable part = ?", [part])
            replace_changed(connection, kind)
    connection.execute(read_sql_file("core", "forget_groups"))
