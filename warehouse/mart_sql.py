"""The name of a mart's SQL file in, its text out; and what each mart and column means."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from warehouse.shipped_yaml import read_shipped_yaml

MART_SQL = Path(__file__).parent / "sql" / "mart"


def read_sql(name: str) -> str:
    """Text of a mart's SQL file."""
    return (MART_SQL / f"{name}.sql").read_text(encoding="utf-8")


@cache
def read_descriptions() -> dict[str, Any]:
    """columns.yaml: `columns`, what a column means in every mart; `marts`, each one's row and own columns."""
    described: dict[str, Any] = read_shipped_yaml(MART_SQL / "columns.yaml")
    return described
