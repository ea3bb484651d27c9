"""The published file in, what the loads put aside out, in lines a person can act on."""

from __future__ import annotations

from pathlib import Path

from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file


def read_put_aside(published: Path) -> list[str]:
    """Packages that could not be loaded, each with its reason, and rejected records counted by reason."""
    sql = read_sql_file("read", "put_aside")
    with open_readonly(published) as connection:
        rows = connection.execute(sql).fetchall()
    return [f"{source}: {_describe(records, reason)}" for source, records, reason in rows]


def _describe(records: int | None, reason: str) -> str:
    return reason if records is None else f"{records} records rejected, {reason}"
