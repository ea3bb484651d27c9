"""The folder and name of an SQL file of the warehouse in, its text out."""

from __future__ import annotations

from pathlib import Path

SQL_FOLDER = Path(__file__).parent / "sql"


def read_sql_file(folder: str, name: str) -> str:
    """Text of `sql/<folder>/<name>.sql`."""
    return (SQL_FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")
