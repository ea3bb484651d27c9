"""The name of a mart's SQL file in, its text out; and what each mart and column means."""

from __future__ import annotations

from functools import cache
from typing import Any

from warehouse.shipped_yaml import read_shipped_yaml
from warehouse.sql_files import SQL_FOLDER, read_sql_file


def read_sql(name: str) -> str:
    """Text of a mart's SQL file."""
    return read_sql_file("mart", name)


@cache
def read_descriptions() -> dict[str, Any]:
    """columns.yaml: `columns`, what a column means in every mart; `marts`, each one's row and own columns."""
    described: dict[str, Any] = read_shipped_yaml(SQL_FOLDER / "mart" / "columns.yaml")
    return described
