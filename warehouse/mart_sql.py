"""The name of a mart's SQL file in, its text out."""

from __future__ import annotations

from pathlib import Path

MART_SQL = Path(__file__).parent / "sql" / "mart"


def read_sql(name: str) -> str:
    """Text of a mart's SQL file."""
    return (MART_SQL / f"{name}.sql").read_text(encoding="utf-8")
